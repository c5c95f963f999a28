//! The address of a node: the URL as people write it, checked before anything is sent there.

use url::{ParseError, Url};

/// The example that every remedy shows.
const EXAMPLE: &str = "give one such as ws://127.0.0.1:9944, or wss://node.example elsewhere, with option `url` or ZKINFER_URL";

/// The URL of a node, fit for a connection.
#[derive(Clone, PartialEq, Eq)]
pub struct NodeUrl {
    url: String,
    shown: String,
}

/// Parts of a URL that may be secret are not shown.
impl std::fmt::Debug for NodeUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("NodeUrl").field(&self.shown).finish()
    }
}

/// The reason why some text is not the URL of a node. Texts are as they may be [shown].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// There is none.
    #[error("the node's URL is empty")]
    Empty,
    /// It has no `ws://`.
    #[error("'{shown}' does not begin with ws:// or wss://")]
    NoScheme {
        /// The text.
        shown: String,
    },
    /// It is the address of something else.
    #[error(
        "'{shown}' is not the URL of a node: nodes are talked to over ws:// or wss://, not {scheme}://"
    )]
    Scheme {
        /// The text.
        shown: String,
        /// Its beginning.
        scheme: String,
        /// The URL that may be meant.
        meant: Option<String>,
    },
    /// It names no machine.
    #[error("'{shown}' names no host")]
    NoHost {
        /// The text.
        shown: String,
    },
    /// The port is not a number.
    #[error("'{shown}' has the port '{port}', which is not a number from 1 to 65535")]
    Port {
        /// The text.
        shown: String,
        /// The text in the port's place.
        port: String,
    },
    /// It cannot be read.
    #[error("'{shown}' is not a URL: {reason}")]
    Malformed {
        /// The text.
        shown: String,
        /// The reason.
        reason: String,
    },
    /// Plain text over a network.
    #[error("{shown} would carry everything unencrypted over a network")]
    Insecure {
        /// The URL.
        shown: String,
    },
}

impl UrlError {
    /// The remedy.
    pub fn hint(&self) -> String {
        match self {
            Self::NoScheme { shown } => match shown.split_once("//") {
                // A colon was forgotten.
                Some((_, rest)) if !rest.is_empty() => format!("write ws://{rest}"),
                _ => format!("write ws://{shown}"),
            },
            Self::Scheme { meant: Some(meant), .. } => format!("write {meant}"),
            Self::Insecure { .. } => "use wss://, or ws:// through a tunnel to 127.0.0.1".into(),
            _ => EXAMPLE.into(),
        }
    }
}

impl NodeUrl {
    /// Reads a URL, with blanks around it.
    ///
    /// # Errors
    /// [`UrlError`] for what is not one, and for one that would send data in the clear over a
    /// network.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        let shown = shown(text);
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(UrlError::NoScheme { shown });
        };
        let scheme = scheme.to_ascii_lowercase();
        if !["ws", "wss"].contains(&scheme.as_str()) {
            return Err(other_scheme(scheme, shown));
        }
        if rest.trim_start_matches(['/', '\\']).is_empty() {
            return Err(UrlError::NoHost { shown });
        }
        let url = Url::parse(text).map_err(|error| malformed(error, &shown))?;
        let Some(host) = url.host() else { return Err(UrlError::NoHost { shown }) };
        if url.port() == Some(0) {
            return Err(UrlError::Port { shown, port: "0".into() });
        }
        let is_here = match host {
            url::Host::Domain(name) => name == "localhost",
            url::Host::Ipv4(address) => address.is_loopback(),
            url::Host::Ipv6(address) => address.is_loopback(),
        };
        if scheme == "ws" && !is_here {
            return Err(UrlError::Insecure { shown });
        }
        Ok(Self { url: url.into(), shown })
    }

    /// The URL whole, for the connection alone.
    pub(super) fn whole(&self) -> &str {
        &self.url
    }

    /// The URL as it may be [shown].
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

fn other_scheme(scheme: String, shown: String) -> UrlError {
    let twin = match scheme.as_str() {
        "http" => Some("ws"),
        "https" => Some("wss"),
        _ => None,
    };
    let rest = shown.split_once("://").map(|(_, rest)| rest.to_owned());
    // Where a part is hidden, the text would be no URL.
    let rest = rest.filter(|rest| !rest.contains('…') && !rest.is_empty());
    let meant = twin.zip(rest).map(|(twin, rest)| format!("{twin}://{rest}"));
    UrlError::Scheme { shown, scheme, meant }
}

fn malformed(error: ParseError, shown: &str) -> UrlError {
    let shown = shown.to_owned();
    match error {
        ParseError::EmptyHost => UrlError::NoHost { shown },
        ParseError::InvalidPort => {
            let port = shown.rsplit(':').next().unwrap_or_default();
            let port = port.split(['/', '…']).next().unwrap_or_default().to_owned();
            UrlError::Port { shown, port }
        }
        other => UrlError::Malformed { shown, reason: other.to_string() },
    }
}

/// A node's URL without user, password, path and query: those who offer nodes put their customers'
/// keys there, and errors and logs are shown around.
pub fn shown(url: &str) -> String {
    let is_scheme =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    // With `//` alone a colon was forgotten.
    let split = |mark: &'static str| {
        url.split_once(mark).filter(|(scheme, _)| is_scheme(scheme)).map(|parts| (mark, parts))
    };
    let (scheme, rest) = match split("://").or_else(|| split("//")) {
        Some((mark, (scheme, rest))) => (format!("{scheme}{mark}"), rest),
        None => (String::new(), url),
    };
    let ends = ['/', '?', '#', '\\'];
    let (authority, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
    // A password with one of these in it: where the host begins cannot be told.
    if after.contains('@') {
        return format!("{scheme}…");
    }
    let host = authority.rsplit('@').next().unwrap_or_default();
    let hidden = if after.trim_end_matches(['/', '\\']).is_empty() { "" } else { "/…" };
    format!("{scheme}{host}{hidden}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_in_a_url_is_not_shown() {
        for (url, wanted) in [
            ("ws://127.0.0.1:9944", "ws://127.0.0.1:9944"),
            ("wss://node.example/", "wss://node.example"),
            ("wss://node.example/v3/s3cret", "wss://node.example/…"),
            ("wss://me:s3cret@node.example:443?key=s3cret", "wss://node.example:443/…"),
            ("ws://[::1]:9944/#s3cret", "ws://[::1]:9944/…"),
            ("wss://node.example\\v3\\s3cret", "wss://node.example/…"),
            ("node.example/s3cret?to=wss://x", "node.example/…"),
            ("wss:/node.example/s3cret", "wss:/…"),
            ("wss://me:pa/s3cret@node.example", "wss://…"),
            ("nonsense", "nonsense"),
            ("", ""),
        ] {
            assert_eq!(shown(url), wanted, "{url}");
        }
        let url = NodeUrl::parse("wss://me:s3cret@node.example/s3cret").expect("a URL");
        assert!(!format!("{url:?}").contains("s3cret"));
    }

    #[test]
    fn good_urls_are_taken_as_people_write_them() {
        for url in [
            "ws://127.0.0.1:9944",
            "ws://localhost:9944/",
            "WS://LOCALHOST:9944",
            "ws://[::1]:9944",
            " ws://127.0.0.1:9944\n",
            "wss://node.example",
            "wss://node.example:443/path?key=1",
        ] {
            assert!(NodeUrl::parse(url).is_ok(), "{url:?}");
        }
    }

    /// Each message names what is wrong, and each remedy what to write instead.
    #[test]
    fn each_wrong_url_has_words_of_its_own() {
        for (url, says, remedy) in [
            ("", "empty", "ws://127.0.0.1:9944"),
            (" \t", "empty", "ws://127.0.0.1:9944"),
            ("localhost", "does not begin with ws://", "write ws://localhost"),
            ("127.0.0.1:9944", "does not begin with ws://", "write ws://127.0.0.1:9944"),
            ("ws//127.0.0.1:9944", "does not begin with ws://", "write ws://127.0.0.1:9944"),
            ("http://127.0.0.1:9944", "not http://", "write ws://127.0.0.1:9944"),
            ("https://node.example", "not https://", "write wss://node.example"),
            ("https://node.example/s3cret", "not https://", "wss://node.example"),
            ("ftp://127.0.0.1", "not ftp://", "ws://127.0.0.1:9944"),
            ("ws://", "names no host", "ws://127.0.0.1:9944"),
            ("ws://:9944", "names no host", "ws://127.0.0.1:9944"),
            ("ws://127.0.0.1:70000", "the port '70000'", "ws://127.0.0.1:9944"),
            ("ws://127.0.0.1:-1", "the port '-1'", "ws://127.0.0.1:9944"),
            ("ws://127.0.0.1:port/x", "the port 'port'", "ws://127.0.0.1:9944"),
            ("ws://127.0.0.1:0", "the port '0'", "ws://127.0.0.1:9944"),
            ("ws://[::1", "[::1", "ws://127.0.0.1:9944"),
            ("ws://a b:9944", "is not a URL", "ws://127.0.0.1:9944"),
            ("ws://10.1.2.3:9944", "unencrypted", "wss://"),
            ("ws://node.example:9944", "unencrypted", "wss://"),
        ] {
            let error = NodeUrl::parse(url).expect_err(url);
            assert!(error.to_string().contains(says), "{url}: {error}");
            assert!(error.hint().contains(remedy), "{url}: {}", error.hint());
            assert!(!format!("{error} {}", error.hint()).contains("s3cret"), "{error}");
        }
    }
}

//! Structured logs on stderr: for people, or one JSON object a line.
//!
//! `ZKINFER_LOG` chooses what is logged, as `tracing` knows it: `info`, `zkinfer=debug,subxt=warn`.

use std::{fmt, io::IsTerminal};

use clap::ValueEnum;
use serde_json::{Map, Value, json};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    EnvFilter,
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

/// Environment variable that chooses what is logged.
pub const LOG_ENV: &str = "ZKINFER_LOG";

/// The format of logs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line: `time`, `level`, `message`, and the event's own fields.
    Json,
}

/// Starts logging at `level` and above, unless [`LOG_ENV`] says otherwise. A second call does
/// nothing.
pub fn start(format: Format, level: &str) {
    let filter = EnvFilter::try_from_env(LOG_ENV)
        .unwrap_or_else(|_| EnvFilter::new(format!("warn,zkinfer={level}")));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Somebody else logs already, in a test: that is as good.
    let _ = match format {
        Format::Text => tracing::subscriber::set_global_default(
            subscriber.with_target(false).with_ansi(std::io::stderr().is_terminal()).finish(),
        ),
        Format::Json => {
            tracing::subscriber::set_global_default(subscriber.event_format(Json).finish())
        }
    };
}

/// Events as JSON objects.
struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        let metadata = event.metadata();
        let mut object = Map::new();
        object.insert("time".into(), json!(time));
        object.insert("level".into(), json!(metadata.level().as_str().to_lowercase()));
        object.insert("target".into(), json!(metadata.target()));
        event.record(&mut Fields(&mut object));
        writeln!(writer, "{}", Value::Object(object))
    }
}

struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, json!(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_event_is_one_line_of_json_with_its_fields() {
        let sink = Sink::default();
        let writer = sink.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .event_format(Json)
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(job = 7u64, pay = %80u128, "paid \"in\nfull\"");
        });
        let text = String::from_utf8(sink.0.lock().expect("not poisoned").clone()).expect("text");
        assert_eq!(text.lines().count(), 1, "{text}");
        let json: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((json["level"].as_str(), json["job"].as_u64()), (Some("info"), Some(7)));
        assert_eq!(
            (json["message"].as_str(), json["pay"].as_str()),
            (Some("paid \"in\nfull\""), Some("80"))
        );
        assert!(json["time"].as_str().expect("a time").ends_with('Z'));
    }
}

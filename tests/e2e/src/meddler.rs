//! Something between a client and its node that acts at the worst moment: it cuts or silences the
//! connection when a call goes by, or changes what the node says.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// The action when the call goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The connection ends, and the node never hears of the call.
    CloseBefore,
    /// The node hears the call, and the connection ends.
    CloseAfter,
    /// The node hears the call, and nothing that it says comes back any more.
    Silence,
}

/// The treatment of the connections.
#[derive(Clone, Debug, Default)]
struct Plan {
    /// The name of a call, what happens at it, and how often.
    at: Option<(String, Act, usize)>,
    /// Pairs of equal length, replaced in what the node says.
    edits: Vec<(Vec<u8>, Vec<u8>)>,
    /// `true` if no connection is taken after the act.
    stays_away: bool,
}

/// A proxy on this machine that meddles.
pub struct Meddler {
    url: String,
    seen: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl Meddler {
    /// Acts at the first `times` calls of this name.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn at(url: &str, call: &str, act: Act, times: usize) -> Self {
        Self::new(url, Plan { at: Some((call.into(), act, times)), ..Plan::default() }).await
    }

    /// Acts at the first call of this name, and takes no connection afterwards.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn for_good(url: &str, call: &str, act: Act) -> Self {
        Self::new(
            url,
            Plan { at: Some((call.into(), act, 1)), stays_away: true, ..Plan::default() },
        )
        .await
    }

    /// Replaces texts of equal length in what the node says.
    ///
    /// # Panics
    /// When there is no free port, or two texts differ in length.
    pub async fn editing(url: &str, edits: &[(&str, &str)]) -> Self {
        let bytes = |(old, new): &(&str, &str)| (old.as_bytes().to_vec(), new.as_bytes().to_vec());
        let edits: Vec<_> = edits.iter().map(bytes).collect();
        assert!(edits.iter().all(|(old, new)| old.len() == new.len()), "frames keep their length");
        Self::new(url, Plan { edits, ..Plan::default() }).await
    }

    async fn new(url: &str, plan: Plan) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = format!("ws://{}", listener.local_addr().expect("an address"));
        let (target, seen) =
            (url.trim_start_matches("ws://").to_owned(), Arc::<AtomicUsize>::default());
        let counter = seen.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if plan.stays_away && counter.load(Ordering::SeqCst) > 0 {
                    continue;
                }
                if let Ok(node) = TcpStream::connect(&target).await {
                    tokio::spawn(carry(client, node, plan.clone(), counter.clone()));
                }
            }
        });
        Self { url: own, seen, accepting }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The number of times that the call went by.
    pub fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(client: TcpStream, node: TcpStream, plan: Plan, seen: Arc<AtomicUsize>) {
    let (from_client, to_client) = client.into_split();
    let (from_node, to_node) = node.into_split();
    let (silence, is_silent) = watch::channel(false);
    let back = tokio::spawn(back(from_node, to_client, plan.edits.clone(), is_silent));
    // A connection that ends is what this is about.
    let _ = forth(from_client, to_node, &plan, &seen, &silence).await;
    back.abort();
}

async fn forth(
    mut client: OwnedReadHalf,
    mut node: OwnedWriteHalf,
    plan: &Plan,
    seen: &AtomicUsize,
    silence: &watch::Sender<bool>,
) -> std::io::Result<()> {
    let mut handshake = Vec::new();
    while !handshake.ends_with(b"\r\n\r\n") {
        handshake.push(client.read_u8().await?);
    }
    node.write_all(&handshake).await?;
    loop {
        let (raw, text) = frame(&mut client).await?;
        let act = plan.at.as_ref().filter(|(call, ..)| text.contains(call.as_str()));
        let act = act
            .filter(|(_, _, times)| seen.fetch_add(1, Ordering::SeqCst) < *times)
            .map(|(_, act, _)| *act);
        if act == Some(Act::CloseBefore) {
            return Ok(());
        }
        if act == Some(Act::Silence) {
            silence.send_replace(true);
        }
        node.write_all(&raw).await?;
        if act == Some(Act::CloseAfter) {
            // The node shall have read it.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            return Ok(());
        }
    }
}

/// A WebSocket frame of a client (RFC 6455, section 5.2): its bytes, and its text unmasked.
async fn frame(client: &mut OwnedReadHalf) -> std::io::Result<(Vec<u8>, String)> {
    let mut raw = vec![0; 2];
    client.read_exact(&mut raw).await?;
    let length = match raw[1] & 0x7f {
        126 => u64::from(more::<2>(client, &mut raw).await.map(u16::from_be_bytes)?),
        127 => more::<8>(client, &mut raw).await.map(u64::from_be_bytes)?,
        short => short.into(),
    };
    let mask = more::<4>(client, &mut raw).await?;
    let mut body = vec![0; usize::try_from(length).expect("a frame that fits")];
    client.read_exact(&mut body).await?;
    raw.extend_from_slice(&body);
    body.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    Ok((raw, String::from_utf8_lossy(&body).into_owned()))
}

async fn more<const N: usize>(
    client: &mut OwnedReadHalf,
    raw: &mut Vec<u8>,
) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    client.read_exact(&mut bytes).await?;
    raw.extend_from_slice(&bytes);
    Ok(bytes)
}

/// Carries what the node says, edited, unless it is silenced.
async fn back(
    mut node: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    edits: Vec<(Vec<u8>, Vec<u8>)>,
    is_silent: watch::Receiver<bool>,
) {
    let (mut held, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    while let Ok(count @ 1..) = node.read(&mut buffer).await {
        held.extend_from_slice(&buffer[..count]);
        edits.iter().for_each(|(old, new)| replace(&mut held, old, new));
        // What may be the beginning of something to replace waits for the rest.
        let beginning = |length: &usize| {
            edits.iter().any(|(old, _)| old.starts_with(&held[held.len() - length..]))
        };
        let longest = edits
            .iter()
            .map(|(old, _)| old.len().saturating_sub(1))
            .max()
            .unwrap_or(0)
            .min(held.len());
        let kept = (1..=longest).rev().find(beginning).unwrap_or(0);
        let ready: Vec<u8> = held.drain(..held.len() - kept).collect();
        if !*is_silent.borrow() && client.write_all(&ready).await.is_err() {
            return;
        }
    }
}

fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let mut at = 0;
    while at + old.len() <= bytes.len() {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
        at += 1;
    }
}

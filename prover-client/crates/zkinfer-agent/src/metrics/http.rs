//! The metrics over HTTP, on this machine alone.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use super::Metrics;
use zkinfer::Error;

/// A request is read up to here; its first line is all that matters.
const MAX_REQUEST: u64 = 8 << 10;
/// A client that takes longer is cut off.
const PATIENCE: Duration = Duration::from_secs(5);
/// Clients at once.
const CLIENTS: usize = 16;
/// Prometheus' name for its text format as OpenMetrics.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Reads an address of this machine.
///
/// # Errors
/// Says what is wrong.
pub fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|error| {
        format!("'{text}' is no address ({error}); write for example 127.0.0.1:9615")
    })?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err(format!(
        "{address} can be reached from other machines; take 127.0.0.1, and a proxy if others should see it"
    ))
}

/// Serves the metrics at `address` from now on. Returns where: port 0 becomes a free one.
///
/// # Errors
/// The address is taken.
pub async fn serve(address: SocketAddr, metrics: Arc<Metrics>) -> Result<SocketAddr, Error> {
    let taken = |error| {
        Error::failed(format!("cannot serve metrics at {address}: {error}"))
            .with_hint("choose another port, or 0 for any (option `metrics`)")
    };
    let listener = TcpListener::bind(address).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    tokio::spawn(accept(listener, metrics));
    Ok(address)
}

async fn accept(listener: TcpListener, metrics: Arc<Metrics>) {
    let places = Arc::new(Semaphore::new(CLIENTS));
    while let Ok(place) = places.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let metrics = metrics.clone();
                tokio::spawn(async move {
                    // What a client does wrong is its own affair.
                    let _ = tokio::time::timeout(PATIENCE, answer(stream, &metrics)).await;
                    drop(place);
                });
            }
            // Too many open files, for example: it passes.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn answer(mut stream: TcpStream, metrics: &Metrics) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut chunk = [0u8; 1024];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") && (request.len() as u64) < MAX_REQUEST
    {
        match stream.read(&mut chunk).await? {
            0 => break,
            read => request.extend_from_slice(chunk.get(..read).unwrap_or_default()),
        }
    }
    let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(' ');
    let (status, body) = match (words.next(), words.next()) {
        (Some("GET"), Some("/metrics")) => ("200 OK", metrics.text().unwrap_or_default()),
        (Some("GET"), _) => ("404 Not Found", "the metrics are at /metrics\n".into()),
        _ => ("405 Method Not Allowed", "GET /metrics\n".into()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answered");
        answer
    }

    #[tokio::test]
    async fn the_metrics_are_at_their_path_and_nothing_else_is() {
        let address =
            serve(loopback("127.0.0.1:0").expect("loopback"), Arc::default()).await.expect("free");
        let answer = get(address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("zkinfer_best_block 0"),
            "{answer}"
        );
        assert!(get(address, "GET / HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 404"));
        assert!(get(address, "POST /metrics HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 405"));
        assert!(get(address, "\r\n\r\n").await.starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn an_address_that_others_can_reach_is_refused() {
        assert!(loopback("[::1]:0").is_ok());
        assert!(loopback("0.0.0.0:9615").expect_err("refused").contains("127.0.0.1"));
        assert!(loopback("9615").is_err());
    }
}

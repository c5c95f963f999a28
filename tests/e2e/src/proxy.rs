//! Something between a client and its node that can be unplugged.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A proxy on this machine.
pub struct Proxy {
    url: String,
    target: Mutex<String>,
    address: std::net::SocketAddr,
    accepting: Mutex<Option<JoinHandle<()>>>,
    connections: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Proxy {
    /// A proxy for the node at `url`, plugged in.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn new(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let proxy = Self {
            url: format!("ws://{address}"),
            target: Mutex::new(address_of(url)),
            address,
            accepting: Mutex::default(),
            connections: Arc::default(),
        };
        proxy.accept(listener);
        proxy
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Cuts all connections and takes no new ones.
    ///
    /// # Panics
    /// Never.
    pub fn unplug(&self) {
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        accepting.into_iter().for_each(|task| task.abort());
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.drain(..).for_each(|task| task.abort());
    }

    /// Leads to another node when it is plugged in again.
    pub fn lead_to(&self, url: &str) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = address_of(url);
    }

    /// Takes connections again.
    ///
    /// # Panics
    /// When the port is gone.
    pub async fn plug(&self) {
        // The old listener goes with its task, a moment after it was told to.
        for _ in 0..100 {
            if let Ok(listener) = TcpListener::bind(self.address).await {
                return self.accept(listener);
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{} cannot be listened at again", self.address);
    }

    fn accept(&self, listener: TcpListener) {
        let target = self.target.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let connections = self.connections.clone();
        let task = tokio::spawn(async move {
            while let Ok((mut inner, _)) = listener.accept().await {
                let target = target.clone();
                let carry = tokio::spawn(async move {
                    if let Ok(mut outer) = TcpStream::connect(target).await {
                        // Either side may close at any time.
                        let _ = copy_bidirectional(&mut inner, &mut outer).await;
                    }
                });
                connections.lock().unwrap_or_else(PoisonError::into_inner).push(carry);
            }
        });
        *self.accepting.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }
}

fn address_of(url: &str) -> String {
    url.trim_start_matches("ws://").to_owned()
}

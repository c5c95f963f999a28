//! The link to a node: a connection that can be made again, and limits on how long the node may
//! take.
//!
//! A half-open connection never answers, so every question has a limit, and all of a command's
//! questions may have one together (`--timeout`). Time in which nothing is asked, as in proving,
//! does not count.

use std::{
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use subxt::rpcs::{
    self, RpcClient,
    client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClientT},
};

use super::url::NodeUrl;

/// A node that takes longer for one question is taken for lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// The time that a command may wait for its node in all. Copies share it.
#[derive(Clone, Debug, Default)]
pub struct Budget(Arc<Mutex<Option<Duration>>>);

/// A node that has not answered in time.
#[derive(Clone, Copy, Debug)]
pub struct NoAnswer {
    waited: Duration,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.waited {
            Duration::ZERO => f.write_str("no time is left to ask the node (option `timeout`)"),
            waited => {
                write!(f, "the node has not answered within {} s", waited.as_secs_f32().ceil())
            }
        }
    }
}

impl std::error::Error for NoAnswer {}

impl Budget {
    /// So much in all.
    pub fn of(total: Duration) -> Self {
        Self(Arc::new(Mutex::new(Some(total))))
    }

    /// The time left, if there is a limit in all.
    pub fn left(&self) -> Option<Duration> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns `true` if nothing is left.
    pub fn is_over(&self) -> bool {
        self.left() == Some(Duration::ZERO)
    }

    /// From now on there is so much in all, or no limit.
    pub fn set(&self, left: Option<Duration>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = left;
    }

    /// The longest that one question may take now.
    pub fn patience(&self) -> Duration {
        self.left().map_or(PATIENCE, |left| left.min(PATIENCE))
    }

    /// Waits for something of the node, but no longer than `limit` and what is left.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn within<T>(
        &self,
        limit: Duration,
        it: impl Future<Output = T>,
    ) -> Result<T, NoAnswer> {
        let waited = self.left().map_or(limit, |left| left.min(limit));
        let _spent = Spent { budget: self, begun: Instant::now() };
        tokio::time::timeout(waited, it).await.map_err(|_elapsed| NoAnswer { waited })
    }

    /// Lets some time pass.
    pub async fn pause(&self, length: Duration) {
        // Nothing is what it waits for.
        let _ = self.within(length, std::future::pending::<()>()).await;
    }
}

/// Takes the time of a question out of the budget, even if nobody waits for its end.
struct Spent<'a> {
    budget: &'a Budget,
    begun: Instant,
}

impl Drop for Spent<'_> {
    fn drop(&mut self) {
        let mut left = self.budget.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.map(|left| left.saturating_sub(self.begun.elapsed()));
    }
}

/// A connection to a node that can be made again under those who use it.
pub struct Link {
    url: NodeUrl,
    client: RwLock<RpcClient>,
    budget: Budget,
}

impl Link {
    /// Connects.
    ///
    /// # Errors
    /// The connection's own, and [`NoAnswer`].
    pub async fn open(url: NodeUrl, budget: Budget) -> Result<Arc<Self>, rpcs::Error> {
        let client = RwLock::new(connect(&url, &budget).await?);
        Ok(Arc::new(Self { url, client, budget }))
    }

    /// Connects again. Subscriptions of the old connection end.
    ///
    /// # Errors
    /// As [`Link::open`].
    pub async fn reopen(&self) -> Result<(), rpcs::Error> {
        let client = connect(&self.url, &self.budget).await?;
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
        Ok(())
    }

    /// Returns the time left to wait for the node.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    fn client(&self) -> RpcClient {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn ask<T>(
        &self,
        it: impl Future<Output = Result<T, rpcs::Error>>,
    ) -> Result<T, rpcs::Error> {
        self.budget.within(self.budget.patience(), it).await.unwrap_or_else(|late| Err(lost(late)))
    }
}

async fn connect(url: &NodeUrl, budget: &Budget) -> Result<RpcClient, rpcs::Error> {
    // The URL was checked: one that is not encrypted leads to this machine.
    let connecting = RpcClient::from_insecure_url(url.whole());
    budget.within(budget.patience(), connecting).await.unwrap_or_else(|late| Err(lost(late)))
}

fn lost(late: NoAnswer) -> rpcs::Error {
    rpcs::Error::Client(Box::new(late))
}

impl RpcClientT for Link {
    fn request_raw<'a>(
        &'a self,
        method: &'a str,
        params: Option<Box<RawValue>>,
    ) -> RawRpcFuture<'a, Box<RawValue>> {
        let client = self.client();
        Box::pin(async move { self.ask(client.request_raw(method, params)).await })
    }

    fn subscribe_raw<'a>(
        &'a self,
        sub: &'a str,
        params: Option<Box<RawValue>>,
        unsub: &'a str,
    ) -> RawRpcFuture<'a, RawRpcSubscription> {
        let client = self.client();
        Box::pin(async move { self.ask(client.subscribe_raw(sub, params, unsub)).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_waits_come_out_of_one_budget() {
        let budget = Budget::of(Duration::from_millis(120));
        assert!(budget.within(Duration::from_secs(9), async { 1 }).await.is_ok());
        assert!(!budget.is_over());
        let late = budget.within(Duration::from_secs(9), std::future::pending::<()>()).await;
        assert!(late.is_err_and(|late| late.waited <= Duration::from_millis(120)));
    }

    #[tokio::test]
    async fn time_that_nobody_waits_out_is_spent_all_the_same() {
        let budget = Budget::of(Duration::from_millis(30));
        let waiting = budget.within(Duration::from_secs(9), std::future::pending::<()>());
        let cut = tokio::time::timeout(Duration::from_millis(40), waiting).await;
        assert!(cut.is_err() || budget.is_over());
        budget.pause(Duration::from_millis(40)).await;
        assert!(budget.is_over());
        budget.set(None);
        assert!(!budget.is_over() && budget.patience() == PATIENCE);
    }
}

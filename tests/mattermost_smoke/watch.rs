//! What the person sees: the events of their own WebSocket.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatgate_http::Frame;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::server::{Refused, Result, Server};

/// How long something may take to be seen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The events that have come, and the task that takes them.
pub(crate) struct Watch {
    events: Arc<Mutex<Vec<Value>>>,
    task: JoinHandle<()>,
}

impl Watch {
    pub(crate) async fn begin(server: &Server) -> Result<Self> {
        let mut socket = server.socket().await?;
        let events: Arc<Mutex<Vec<Value>>> = Arc::default();
        let seen = events.clone();
        let task = tokio::spawn(async move {
            while let Ok(Some(frame)) = socket.next().await {
                if let Frame::Text(text) = frame
                    && let Ok(event) = serde_json::from_str(&text)
                {
                    seen.lock().unwrap().push(event);
                }
            }
        });
        let watch = Self { events, task };
        watch.until("hello", |_| Some(())).await?;
        Ok(watch)
    }

    /// Waits for an event of this name in which `look` finds something.
    pub(crate) async fn until<T>(
        &self,
        name: &str,
        look: impl Fn(&Value) -> Option<T>,
    ) -> Result<T> {
        let found = eventually(async || {
            let events = self.events.lock().unwrap();
            Ok(events.iter().filter(|event| event["event"] == name).find_map(&look))
        });
        found.await.map_err(|_| Refused::new(format!("no event `{name}` came")))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Looks again and again, as long as patience lasts.
pub(crate) async fn eventually<T>(look: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let found = look().await;
        match found {
            Ok(Some(found)) => return Ok(found),
            Err(refused) if tokio::time::Instant::now() > until => return Err(refused),
            _ if tokio::time::Instant::now() > until => {
                return Err(Refused::new(format!("nothing came within {} s", PATIENCE.as_secs())));
            }
            _ => tokio::time::sleep(Duration::from_millis(250)).await,
        }
    }
}

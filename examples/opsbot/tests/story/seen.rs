//! What people see, as lines.

use std::collections::BTreeMap;
use std::process::Child;
use std::time::Duration;

use super::Platform;

/// Nothing here takes so long: who waits longer waits for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// One moment, as it is seen on one platform.
pub(crate) struct Scene {
    pub(crate) title: String,
    pub(crate) lines: Vec<String>,
}

impl Scene {
    pub(crate) fn new(title: &str, lines: Vec<String>) -> Self {
        Self { title: title.to_owned(), lines }
    }

    /// What is said, without how it looks.
    pub(crate) fn words(&self) -> Vec<String> {
        let is_of_a_word = |c: char| c.is_alphanumeric() || "@.*".contains(c);
        let lines = self.lines.iter();
        let words = lines.flat_map(|line| line.split(|c: char| !is_of_a_word(c)));
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }
}

/// Waits for a message of the bot's with these words.
pub(crate) async fn message(platform: &impl Platform, words: &str) -> Vec<String> {
    let has = |message: &Vec<String>| message.iter().any(|line| line.contains(words));
    until(words, || platform.messages().into_iter().find(has)).await
}

/// Waits for a form.
pub(crate) async fn form(platform: &impl Platform) -> Vec<String> {
    until("a form", || platform.form()).await
}

/// Waits until there is what `look` finds.
pub(crate) async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, looking).await;
    found.unwrap_or_else(|_| panic!("it never comes: {what}"))
}

/// Ids of people as the names that clients show for them.
pub(crate) fn named(text: &str, users: &BTreeMap<String, String>) -> String {
    users.iter().fold(text.to_owned(), |text, (name, id)| text.replace(id.as_str(), name))
}

/// The bot as a process, until it is dropped.
pub(crate) struct Bot(pub(crate) Child);

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An address of this machine where nobody listens.
pub(crate) fn free_address() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}

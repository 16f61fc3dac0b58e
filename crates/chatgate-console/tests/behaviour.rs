//! The behaviour suite, on a console that reads and writes pipes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chatgate_console::Console;
use chatgate_core::{Adapter, AdapterId, Place, UserId};
use chatgate_testkit::adapter_suite::AdapterUnderTest;

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Piped {
    console: Arc<Console>,
    output: Output,
}

#[async_trait]
impl AdapterUnderTest for Piped {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.console.clone()
    }

    fn place(&self) -> Place {
        Place::new(AdapterId::console(), "local", "terminal")
    }

    /// The lines that stand: what was printed cannot be taken back, so a deletion is a note that names
    /// the message.
    async fn texts(&self) -> Vec<String> {
        let output = String::from_utf8(self.output.0.lock().unwrap().clone()).unwrap();
        let mut texts: Vec<String> = Vec::new();
        for line in output.lines() {
            match line.strip_prefix("(deleted: ").and_then(|line| line.strip_suffix(')')) {
                Some(gone) => texts.retain(|text| text != gone),
                None => texts.push(line.to_owned()),
            }
        }
        texts
    }

    fn person(&self) -> UserId {
        "alice".into()
    }

    fn takes_back(&self) -> bool {
        false
    }

    fn knows_everyone(&self) -> bool {
        true
    }
}

async fn make() -> Piped {
    let output = Output::default();
    let console = Arc::new(Console::over(Cursor::new(Vec::new()), output.clone()).user("alice"));
    Piped { console, output }
}

mod suite {
    chatgate_testkit::adapter_suite!(super::make);
}

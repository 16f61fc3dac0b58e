//! Which event comes next, so that a missing one is noticed.

/// The connection's id and the number of its next event (mattermost.md §2.3).
#[derive(Debug, Default)]
pub(super) struct Sequence {
    connection: Option<String>,
    expected: u64,
    /// Whether the last event was not the expected one.
    broke: bool,
}

impl Sequence {
    /// The id of the connection; empty before there is one.
    pub(super) fn connection(&self) -> &str {
        self.connection.as_deref().unwrap_or_default()
    }

    /// What asks the server to go on where the connection broke.
    pub(super) fn query(&self) -> Vec<(&'static str, String)> {
        match &self.connection {
            Some(id) => {
                vec![("connection_id", id.clone()), ("sequence_number", self.expected.to_string())]
            }
            None => Vec::new(),
        }
    }

    /// A connection begins. True when it is another one than before: what happened in between is lost.
    /// A server may greet a connection twice, with the next number; one that counts anew has lost
    /// its count, whatever id it says.
    pub(super) fn greeted(&mut self, connection: Option<String>, seq: u64) -> bool {
        let goes_on = connection.is_some()
            && connection == self.connection
            && seq == self.expected
            && seq > 0;
        self.connection = connection;
        self.expected = seq + 1;
        self.broke = false;
        !goes_on
    }

    /// An event came. False when it is not the next one: the connection must be made anew. When that
    /// did not help the last time either, it is given up.
    pub(super) fn came(&mut self, seq: u64) -> bool {
        if seq == self.expected {
            self.expected += 1;
            self.broke = false;
            return true;
        }
        if self.broke {
            self.connection = None;
        }
        self.broke = true;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeted() -> Sequence {
        let mut sequence = Sequence::default();
        assert!(sequence.query().is_empty());
        assert!(sequence.greeted(Some("a".into()), 0));
        sequence
    }

    #[test]
    fn a_connection_goes_on_where_it_broke() {
        let mut sequence = greeted();
        assert!(sequence.came(1) && sequence.came(2));
        let wanted = [("connection_id", "a".to_owned()), ("sequence_number", "3".to_owned())];
        assert_eq!(sequence.query(), wanted);
        // Nobody greets where it does.
        assert!(sequence.came(3));
    }

    #[test]
    fn another_connection_has_lost_what_was_between() {
        let mut sequence = greeted();
        assert!(sequence.came(1));
        assert!(sequence.greeted(Some("b".into()), 0));
        assert!(sequence.came(1));
        // The same id that counts anew, and one without an id.
        assert!(sequence.greeted(Some("b".into()), 0));
        assert!(sequence.greeted(None, 0));
        assert!(sequence.query().is_empty());
    }

    #[test]
    fn a_second_greeting_is_an_event() {
        let mut sequence = greeted();
        assert!(!sequence.greeted(Some("a".into()), 1));
        assert!(sequence.came(2));
    }

    #[test]
    fn a_missing_event_is_noticed_and_asked_for_once() {
        let mut sequence = greeted();
        assert!(!sequence.came(2));
        assert_eq!(sequence.query()[1].1, "1");
        assert!(!sequence.came(2));
        assert!(sequence.query().is_empty());
    }
}

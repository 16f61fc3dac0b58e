use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use chatgate_core::{ActionValue, Button, Limits};
use serde_json::json;

use super::*;

/// A place that takes two blocks a part.
fn narrow(limits: Limits) -> Bench {
    let mut bench = Bench::new(Capabilities::all().limits(limits.blocks(2)));
    bench.limits.parts = 3;
    bench
}

fn lines(count: usize) -> Content {
    (1..=count).fold(Content::new(), |content, line| content.text(format!("line {line}")))
}

#[tokio::test]
async fn what_takes_many_parts_is_sent_as_a_file() {
    let bench = narrow(Limits::new());
    let content = lines(7);
    let fit = bench.say(&content).await;
    let shown = shown(&fit).plain_text();
    assert!(shown.starts_with("line 1\n") && shown.contains("message.txt"), "{shown}");
    let (name, bytes) = fit.file.clone().unwrap();
    assert_eq!(name, "message.txt");
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    for line in 1..=7 {
        assert!(text.contains(&format!("line {line}\n")), "{text}");
    }
    assert_eq!(fit.losses, [Loss::new(LossKind::Length, "sent as a file")]);
    let place = open();
    refused(&bench, &content, ask(&place), "length: sent as a file").await;
}

#[tokio::test]
async fn as_many_parts_as_allowed_stay_parts() {
    let fit = narrow(Limits::new()).say(&lines(6)).await;
    assert_eq!((fit.parts.len(), &fit.file), (3, &None));
    assert_eq!(kinds(&fit), [LossKind::Length]);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_none() {
    let fit = narrow(Limits::new().file_bytes(10)).say(&lines(7)).await;
    assert_eq!((fit.parts.len(), &fit.file), (4, &None));
}

#[tokio::test]
async fn a_card_is_never_a_file() {
    let button = Button::of("a", ActionValue::of("action:a".into(), json!(1)));
    let fit = narrow(Limits::new()).say(&lines(7).actions([button])).await;
    assert_eq!((fit.parts.len(), &fit.file), (4, &None));
}

#[tokio::test]
async fn what_one_person_sees_and_what_cannot_bring_a_file_stay_parts() {
    let bench = narrow(Limits::new());
    let place = open();
    let audience = Audience::Only("bob".into());
    for asked in [
        Ask { audience: &audience, ..ask(&place) },
        Ask { surface: Surface::Edit, ..ask(&place) },
        Ask { surface: Surface::Answer, ..ask(&place) },
    ] {
        let fit = bench.fit(&lines(7), &asked).await.unwrap();
        assert_eq!((fit.parts.len(), &fit.file), (4, &None));
    }
}

#[tokio::test]
async fn nothing_is_nothing() {
    let bench = Bench::without([Feature::Threads]);
    let place = open().in_thread("t");
    let fit = bench.fit(&Content::new(), &ask(&place)).await.unwrap();
    assert!(fit.parts.is_empty() && fit.file.is_none());
}

/// Says a content when it is told to; held up for ever, it goes on by itself.
struct Patient {
    go_on: Mutex<Receiver<()>>,
}

impl Dialect for Patient {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        match self.go_on.lock().unwrap().recv_timeout(Duration::from_secs(10)) {
            Ok(()) => Echo.message(content, target),
            Err(_) => Fitted::default(),
        }
    }

    fn form(&self, form: &Form, target: &Target) -> Result<Fitted> {
        Echo.form(form, target)
    }
}

#[tokio::test]
async fn others_go_on_while_a_long_content_is_said() {
    let (tell, go_on) = sync_channel(1);
    let mut bench = Bench::new(Capabilities::all());
    bench.fake.dialect = Arc::new(Patient { go_on: Mutex::new(go_on) });
    // One thread runs both: the other is told only where the first has made way.
    let other = async { tell.send(()).unwrap() };
    let report = Content::from("disk is full ".repeat(80_000));
    let (fit, ()) = tokio::join!(bench.say(&report), other);
    assert_eq!(fit.parts.len(), 1);
}

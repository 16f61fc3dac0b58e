//! Lines in, answers out.

use std::io::{self, Read, Write};
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use chatgate_console::Console;
use chatgate_core::{
    Adapter, Answer, Audience, Content, Delivered, Event, EventKind, Health, ShutdownTrigger,
    Standing,
};

use crate::backend::{Bot, Buffer, Script, sit, typed};

/// Says every message back.
struct Echo;

#[async_trait]
impl Script for Echo {
    async fn answer(&self, event: &Event, bot: &Bot) -> Delivered {
        let text = typed(event).unwrap_or_default();
        // The console must wait for this, however late it comes.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        let parts = vec![bot.render(format!("you said {text}"))];
        Delivered::Answer(Answer::Message { audience: Audience::Everyone, parts })
    }
}

#[tokio::test]
async fn each_line_is_answered_before_the_next_is_read() {
    let sitting = sit("deploy api\n\n# a comment\n /status\r\nlast", Echo).await;
    assert_eq!(sitting.output, "you said deploy api\nyou said status\nyou said last\n");
    assert!(sitting.ended.is_ok());
    assert_eq!(*sitting.bot.health.lock().unwrap(), [Health::Ready, Health::Ended]);
}

#[tokio::test]
async fn a_line_is_a_direct_message_of_the_one_person() {
    let sitting = sit("hello @bob\nagain\n", Echo).await;
    let event = &sitting.events[0];
    assert_eq!(event.place.as_ref().unwrap().to_string(), "console:local:terminal");
    assert!(event.direct);
    let actor = event.actor.as_ref().unwrap();
    assert_eq!((actor.user.as_str(), actor.standing), ("alice", Standing::Member));
    assert!(matches!(&event.kind, EventKind::Message(message) if message.mentioned));
    let slot = event.answer.as_ref().unwrap();
    assert!(slot.parts > 10 && slot.by > event.at + Duration::from_secs(600));
    assert_ne!(event.keys, sitting.events[1].keys);
}

#[tokio::test]
async fn the_adapter_can_have_another_name() {
    let output = Buffer::default();
    let name = chatgate_core::AdapterId::parse("ops-console").unwrap();
    let bot = Bot::new(Console::over(&b"hi\n"[..], output.clone()).named(name));
    bot.run(Echo).await.unwrap();
    let event = bot.events.lock().unwrap()[0].clone();
    assert_eq!(event.place.unwrap().to_string(), "ops-console:local:terminal");
}

#[tokio::test]
async fn hostile_bytes_spoil_only_their_own_line() {
    let input = [b"one\n\xff\xfe\n".to_vec(), vec![b'x'; 40_000], b"\ntwo\x1b[2J\n".to_vec()];
    let sitting = sit(input.concat(), Echo).await;
    let expected = "you said one\n(Line 2: not UTF-8, left out)\n\
                    (Line 3: longer than 32 KiB, left out)\nyou said two␛[2J\n";
    assert_eq!(sitting.output, expected);
    assert_eq!(sitting.events.len(), 2);
    assert!(sitting.ended.is_ok());
}

#[tokio::test]
async fn an_empty_input_ends_at_once() {
    let sitting = sit("", Echo).await;
    assert!(sitting.output.is_empty() && sitting.events.is_empty() && sitting.ended.is_ok());
}

#[tokio::test]
async fn a_console_runs_once() {
    let sitting = sit("hi\n", Echo).await;
    assert!(sitting.bot.run(Echo).await.unwrap_err().is_configuration());
}

/// Busy so many times, then an echo.
struct Busy(Mutex<usize>);

#[async_trait]
impl Script for Busy {
    async fn answer(&self, event: &Event, bot: &Bot) -> Delivered {
        bot.clock.advance(Duration::from_secs(10));
        {
            let mut left = self.0.lock().unwrap();
            if *left > 0 {
                *left -= 1;
                return Delivered::Busy;
            }
        }
        Echo.answer(event, bot).await
    }
}

/// Lets a manual clock run, so that waits end.
async fn with_time(bot: &Bot, work: impl Future<Output = ()>) {
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            () = &mut work => return,
            () = tokio::task::yield_now() => bot.clock.advance(Duration::from_millis(50)),
        }
    }
}

#[tokio::test]
async fn a_busy_gateway_is_asked_again_with_the_same_key_and_then_given_up() {
    for (busy, expected) in [(3, "you said hi\nyou said on\n"), (7, "I have too much to do")] {
        let output = Buffer::default();
        let bot = Bot::new(Console::over(&b"hi\non\n"[..], output.clone()));
        with_time(&bot, async { bot.run(Busy(Mutex::new(busy))).await.unwrap() }).await;
        assert!(output.text().starts_with(expected), "{}", output.text());
        assert!(output.text().ends_with("you said on\n"));
        let events = bot.events.lock().unwrap();
        assert_eq!(events[0].keys, events[2].keys);
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is on fire"))
    }
}

#[tokio::test]
async fn an_input_that_cannot_be_read_is_an_error() {
    let bot = Bot::new(Console::over(b"hi\n".chain(Broken), Buffer::default()));
    let error = bot.run(Echo).await.unwrap_err();
    assert!(error.to_string().contains("the disk is on fire"), "{error}");
    assert_eq!(bot.events.lock().unwrap().len(), 1);
}

struct Nobody;

impl Write for Nobody {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn when_nobody_reads_any_more_it_ends_quietly() {
    let (reader, _writer) = io::pipe().unwrap();
    let bot = Bot::new(Console::over(b"hi\n".chain(reader), Nobody));
    bot.run(Echo).await.unwrap();
    assert_eq!(bot.health.lock().unwrap().last(), Some(&Health::Ended));
    // What still comes is dropped: it must not be tried again for ever.
    bot.post(1, "late").await;
}

#[tokio::test]
async fn shutdown_ends_a_console_that_waits_for_input() {
    let (reader, _writer) = io::pipe().unwrap();
    let output = Buffer::default();
    let bot = Bot::new(Console::over(reader, output.clone()));
    let (trigger, shutdown) = ShutdownTrigger::new();
    let run = bot.run_until(Echo, shutdown);
    let (ended, ()) = tokio::join!(run, async {
        tokio::task::yield_now().await;
        trigger.ask();
    });
    ended.unwrap();
    // What was still queued is printed after the end.
    bot.post(1, Content::from("drained")).await;
    assert_eq!(output.text(), "drained\n");
}

#[tokio::test]
async fn the_console_has_no_endpoints_and_no_colours_in_a_pipe() {
    let bot = Bot::new(Console::over(io::empty(), io::sink()));
    let can = bot.console().capabilities(&bot.place(), None);
    assert_eq!(can.limits.columns, Some(100));
    let said = bot.render(Content::status(chatgate_core::Level::Success, "live"));
    assert!(!said.payload.get().contains("\\u001b"));
}

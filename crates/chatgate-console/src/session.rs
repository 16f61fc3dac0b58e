//! One sitting at the console: reads a line, delivers what it means, shows what comes of it.
//!
//! From a pipe a line is read only when the line before it has been answered, so that outputs come in
//! the order of the inputs. On a terminal the next line can be typed while runs go on.

use std::collections::VecDeque;
use std::mem;
use std::time::Duration;

use chatgate_core::{Event, Inbox, Phrases, ReasonCode, Result, Seal, Timestamp, fill};
use chatgate_render::TerminalForm;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::board::Offered;
use crate::clicks::{Click, Next};
use crate::delivery::{Done, Origin, deliver};
use crate::events::Events;
use crate::questions::{Progress, Questions};
use crate::screen::Screen;
use crate::source::{Ask, Completes, Input, Source};

/// How many runs may go on at a terminal before the next line is asked for.
const RUNNING: usize = 32;
/// How long the prompt waits for a quick answer, so that it stands below it.
const SETTLE: Duration = Duration::from_millis(300);
/// How long a number from a pipe waits for the message that it means, where a run's words are still on
/// their way through the outbox.
const NUMBER_WAIT: Duration = Duration::from_secs(1);

/// One sitting at the console.
#[derive(Debug)]
pub(crate) struct Session {
    inbox: Inbox,
    pub(crate) screen: Screen,
    pub(crate) phrases: Phrases,
    events: Events,
    source: Source,
    /// Forms that are opened through the adapter.
    forms: mpsc::Receiver<TerminalForm>,
    /// What is shown before a line that is edited; nothing where lines come from a pipe.
    prompt: Option<String>,
    asking: Asking,
    /// Forms that are asked next.
    pub(crate) waiting: VecDeque<Questions>,
    running: JoinSet<Done>,
    /// Until when the prompt waits.
    settles: Option<Timestamp>,
    /// A line was asked for and has not come.
    reading: bool,
    /// There are no more lines.
    ended: bool,
    /// What the last run said may still be on its way.
    pub(crate) unseen: bool,
}

/// What the next line answers.
#[derive(Debug)]
enum Asking {
    Nothing,
    Click(Click),
    Form(Questions),
    /// A form whose next question is being fetched.
    Loading,
}

/// What happened.
enum Step {
    Done(Box<Done>),
    Lost,
    Form(TerminalForm),
    Input(Input),
    Settled,
}

impl Session {
    pub(crate) fn new(
        inbox: Inbox,
        events: Events,
        screen: Screen,
        source: Source,
        forms: mpsc::Receiver<TerminalForm>,
        phrases: Phrases,
    ) -> Self {
        Self {
            inbox,
            screen,
            phrases,
            events,
            source,
            forms,
            prompt: None,
            asking: Asking::Nothing,
            waiting: VecDeque::new(),
            running: JoinSet::new(),
            settles: None,
            reading: false,
            ended: false,
            unseen: false,
        }
    }

    /// Lines are edited by a person, behind this prompt.
    pub(crate) fn prompt(mut self, prompt: String) -> Self {
        self.prompt = Some(prompt);
        self
    }

    /// True while the input's thread waits for a line.
    pub(crate) fn is_reading(&self) -> bool {
        self.reading
    }

    /// Runs to the end of the input, and until all that came from it is answered.
    ///
    /// # Errors
    /// When the input cannot be read or nothing can be printed.
    pub(crate) async fn run(&mut self) -> Result<()> {
        loop {
            while let Ok(form) = self.forms.try_recv() {
                self.open(form).await?;
            }
            if self.ended {
                self.leave_questions().await?;
                if self.running.is_empty() {
                    return Ok(());
                }
            } else if !self.reading && self.may_ask() {
                self.source.ask(self.ask());
                self.reading = true;
            }
            match self.next().await {
                Step::Done(done) => self.answered(*done).await?,
                Step::Lost if matches!(self.asking, Asking::Loading) => self.go_on().await?,
                Step::Lost => {}
                Step::Form(form) => self.open(form).await?,
                Step::Settled => self.settles = None,
                Step::Input(Input::Interrupted) => {
                    self.reading = false;
                    return Ok(());
                }
                Step::Input(input) => self.take(input).await?,
            }
        }
    }

    async fn next(&mut self) -> Step {
        let clock = self.inbox.clock().clone();
        let settles = self.settles.filter(|_| !self.running.is_empty());
        let takes = self.reading && !matches!(self.asking, Asking::Loading);
        tokio::select! {
            biased;
            Some(done) = self.running.join_next() => match done {
                Ok(done) => Step::Done(Box::new(done)),
                Err(_) => Step::Lost,
            },
            Some(form) = self.forms.recv() => Step::Form(form),
            input = self.source.next(), if takes => Step::Input(input),
            () = clock.sleep_until(settles.unwrap_or_default()), if settles.is_some() => {
                Step::Settled
            }
            else => Step::Input(Input::End),
        }
    }

    fn may_ask(&self) -> bool {
        let running = self.running.len();
        let free = match (&self.prompt, self.settles) {
            (None, _) | (Some(_), Some(_)) => running == 0,
            (Some(_), None) => running < RUNNING,
        };
        free && !matches!(self.asking, Asking::Loading)
    }

    fn ask(&self) -> Ask {
        let Some(prompt) = &self.prompt else {
            return Ask::default();
        };
        match self.asking {
            Asking::Nothing => {
                Ask { prompt: prompt.clone(), completes: Completes::Commands(self.inbox.specs()) }
            }
            _ => Ask { prompt: "? ".into(), completes: Completes::Nothing },
        }
    }

    async fn take(&mut self, input: Input) -> Result<()> {
        self.reading = false;
        if self.prompt.is_some() {
            self.screen.typed().await?;
        }
        match input {
            Input::Line(line) => self.line(&line).await,
            Input::Refused(why) => {
                self.screen.note(format!("({})", why.trim_end_matches('.'))).await
            }
            Input::Failed(error) => {
                Err(chatgate_core::Error::from(error).with_context("reading the input"))
            }
            _ => {
                self.ended = true;
                if self.prompt.is_some() && !self.running.is_empty() {
                    self.screen.note("(waiting for what still runs; Ctrl-C leaves)").await?;
                }
                Ok(())
            }
        }
    }

    async fn line(&mut self, line: &str) -> Result<()> {
        match mem::replace(&mut self.asking, Asking::Nothing) {
            Asking::Click(click) => self.answer_click(click, line).await,
            Asking::Form(questions) => self.answer_form(questions, line).await,
            Asking::Nothing | Asking::Loading => self.say(line.trim()).await,
        }
    }

    async fn say(&mut self, line: &str) -> Result<()> {
        let is_comment = self.prompt.is_none() && line.starts_with('#');
        let line = line.strip_prefix('/').unwrap_or(line).trim_start();
        if line.is_empty() || is_comment {
            return Ok(());
        }
        if let Ok(number) = line.parse()
            && let Some(offered) = self.offered(number).await
        {
            return self.click(offered).await;
        }
        let event = self.events.message(line, self.inbox.clock().now());
        self.deliver(event, Origin::Line);
        Ok(())
    }

    /// What a number stands for; from a pipe it may come before the message that it means.
    async fn offered(&mut self, number: usize) -> Option<Offered> {
        let mut drawn = self.screen.drawn();
        let mut found = self.screen.offered(number).await;
        let clock = self.inbox.clock().clone();
        let deadline = clock.now() + NUMBER_WAIT;
        while found.is_none() && self.unseen && self.prompt.is_none() {
            tokio::select! {
                Ok(()) = drawn.changed() => found = self.screen.offered(number).await,
                () = clock.sleep_until(deadline) => self.unseen = false,
            }
        }
        found
    }

    async fn click(&mut self, offered: Offered) -> Result<()> {
        let (click, next) = Click::begin(offered);
        self.clicked(click, next).await
    }

    async fn answer_click(&mut self, mut click: Click, line: &str) -> Result<()> {
        if self.leaves(line) {
            return self.clicked(click, Next::Leave).await;
        }
        let next = click.answer(line);
        self.clicked(click, next).await
    }

    async fn clicked(&mut self, click: Click, next: Next) -> Result<()> {
        match next {
            Next::Ask(text) | Next::Wrong(text) => {
                self.asking = Asking::Click(click);
                return self.screen.note(text).await;
            }
            Next::Run(chosen) => {
                let Offered { action, message } = click.offered;
                if let Some(seal) = self.open_seal(action.seal.as_deref()).await? {
                    let at = self.inbox.clock().now();
                    let event = self.events.click(seal, message.clone(), chosen, at);
                    self.deliver(event, Origin::Click(message));
                }
            }
            Next::Leave => self.screen.note(&self.phrases.cancelled).await?,
            Next::Unknown => self.screen.note("(this cannot be used here)").await?,
        }
        self.go_on().await
    }

    async fn open(&mut self, form: TerminalForm) -> Result<()> {
        self.waiting.push_back(Questions::new(form));
        if self.is_asking() { Ok(()) } else { self.go_on().await }
    }

    /// Asks the next form, if there is one.
    pub(crate) async fn go_on(&mut self) -> Result<()> {
        self.asking = Asking::Nothing;
        while let Some(mut questions) = self.waiting.pop_front() {
            let leaving = fill(&self.phrases.ask_hint, &[("cancel", &self.phrases.cancel_word)]);
            if let Some(heading) = questions.heading(&leaving) {
                self.screen.note(heading).await?;
            }
            self.ask_form(questions).await?;
            if self.is_asking() {
                break;
            }
        }
        Ok(())
    }

    /// Asks a form's next question, and further forms when that was the last.
    pub(crate) async fn go_on_with(&mut self, questions: Questions) -> Result<()> {
        self.asking = Asking::Nothing;
        self.ask_form(questions).await?;
        if self.is_asking() { Ok(()) } else { self.go_on().await }
    }

    pub(crate) fn is_asking(&self) -> bool {
        !matches!(self.asking, Asking::Nothing)
    }

    /// Asks a form's next question; submits it where there is none.
    async fn ask_form(&mut self, questions: Questions) -> Result<()> {
        if questions.is_complete() {
            return self.submit(questions).await;
        }
        if let Some(field) = questions.unlisted() {
            let Some(seal) = self.open_seal(questions.seal()).await? else {
                return Ok(());
            };
            let event = self.events.options(seal, field, self.inbox.clock().now());
            self.asking = Asking::Loading;
            self.deliver(event, Origin::Options(questions));
            return Ok(());
        }
        self.screen.note(questions.question()).await?;
        self.asking = Asking::Form(questions);
        Ok(())
    }

    async fn answer_form(&mut self, mut questions: Questions, line: &str) -> Result<()> {
        if self.leaves(line) {
            self.screen.note(&self.phrases.cancelled).await?;
            self.close(&questions).await?;
            return self.go_on().await;
        }
        if let Progress::Wrong(why) = questions.answer(line) {
            self.screen.note(why).await?;
        }
        self.go_on_with(questions).await
    }

    async fn submit(&mut self, questions: Questions) -> Result<()> {
        if let Some(seal) = self.open_seal(questions.seal()).await? {
            let values = questions.values().clone();
            let event = self.events.submission(seal, values, self.inbox.clock().now());
            self.deliver(event, Origin::Form(questions));
        }
        Ok(())
    }

    /// Tells the program that a form was left.
    pub(crate) async fn close(&mut self, questions: &Questions) -> Result<()> {
        if let Some(seal) = self.open_seal(questions.seal()).await? {
            let event = self.events.closed(seal, self.inbox.clock().now());
            self.deliver(event, Origin::Line);
        }
        Ok(())
    }

    /// At the end of the input: nobody answers any more.
    async fn leave_questions(&mut self) -> Result<()> {
        if !matches!(self.asking, Asking::Loading)
            && let Asking::Form(questions) = mem::replace(&mut self.asking, Asking::Nothing)
        {
            self.waiting.push_front(questions);
        }
        while let Some(questions) = self.waiting.pop_front() {
            self.screen.note("(the input has ended: the form is left)").await?;
            self.close(&questions).await?;
        }
        Ok(())
    }

    /// Checks what an action or form carries before it becomes an event.
    async fn open_seal(&self, seal: Option<&str>) -> Result<Option<Seal>> {
        let opened = seal.map(|seal| self.inbox.seals().open(seal));
        if let Some(Ok(seal)) = opened {
            return Ok(Some(seal));
        }
        self.inbox.reject(ReasonCode::BadSeal);
        self.screen.note(&self.phrases.expired).await?;
        Ok(None)
    }

    fn deliver(&mut self, event: Event, origin: Origin) {
        if self.prompt.is_some() {
            self.settles = Some(self.inbox.clock().now() + SETTLE);
        }
        self.running.spawn(deliver(self.inbox.clone(), event, origin));
    }

    /// The word that leaves a question.
    fn leaves(&self, line: &str) -> bool {
        line.trim().to_lowercase() == self.phrases.cancel_word.to_lowercase()
    }
}

//! What comes back from the gateway, shown.

use chatgate_core::{Answer, Choice, Delivered, Rendered, Result};
use chatgate_render::sanitise_line;

use crate::board::Said;
use crate::delivery::{Done, Origin};
use crate::questions::{Questions, numbered};
use crate::session::Session;

impl Session {
    /// Shows what became of an event, and asks what is to be asked next.
    pub(crate) async fn answered(&mut self, done: Done) -> Result<()> {
        let Done { origin, delivered } = done;
        self.unseen = delivered == Delivered::Accepted;
        match (delivered, origin) {
            (Delivered::Answer(Answer::Options(choices)), Origin::Options(questions)) => {
                return self.offer(questions, choices).await;
            }
            (delivered, Origin::Options(questions)) => {
                self.show(delivered, None).await?;
                return self.offer(questions, Vec::new()).await;
            }
            (Delivered::Answer(Answer::FieldErrors(errors)), Origin::Form(mut questions)) => {
                let wrong = questions.ask_again(&errors);
                self.screen.note(wrong).await?;
                if questions.is_complete() {
                    // No question could change it.
                    self.close(&questions).await?;
                } else {
                    self.waiting.push_front(questions);
                }
            }
            (delivered, origin) => self.show(delivered, Some(origin)).await?,
        }
        if self.is_asking() { Ok(()) } else { self.go_on().await }
    }

    async fn offer(&mut self, mut questions: Questions, choices: Vec<Choice>) -> Result<()> {
        questions.offer(choices);
        self.go_on_with(questions).await
    }

    async fn show(&mut self, delivered: Delivered, origin: Option<Origin>) -> Result<()> {
        match delivered {
            Delivered::Busy => self.screen.note(&self.phrases.busy).await,
            Delivered::Answer(answer) => self.show_answer(answer, origin).await,
            _ => Ok(()),
        }
    }

    async fn show_answer(&mut self, answer: Answer, origin: Option<Origin>) -> Result<()> {
        match answer {
            Answer::Message { parts, .. } => {
                for part in parts {
                    self.post(&part).await?;
                }
            }
            Answer::Update { part, private } => {
                match (origin, Said::read(&part)) {
                    (Some(Origin::Click(message)), Ok(said)) => {
                        self.screen.edit(message, said).await?;
                    }
                    _ => self.post(&part).await?,
                }
                if let Some(private) = private {
                    self.post(&private).await?;
                }
            }
            Answer::FieldErrors(errors) => {
                let lines = errors.iter().map(|(name, why)| format!("{name}: {why}"));
                let lines: Vec<_> = lines.map(|line| sanitise_line(&line).into_owned()).collect();
                self.screen.note(lines.join("\n")).await?;
            }
            Answer::NextForm(form) => match form.read() {
                Ok(form) => self.waiting.push_front(Questions::new(form)),
                Err(error) => self.unreadable(&error).await?,
            },
            Answer::Options(choices) => {
                self.screen.note(numbered(&choices).trim_start_matches('\n')).await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn post(&self, part: &Rendered) -> Result<()> {
        match Said::read(part) {
            Ok(said) => self.screen.post(said, None).await.map(drop),
            Err(error) => self.unreadable(&error).await,
        }
    }

    /// An answer of another dialect: a defect, but no reason to stop.
    async fn unreadable(&self, error: &chatgate_core::Error) -> Result<()> {
        tracing::error!(%error, "an answer cannot be shown");
        self.screen.note("(an answer cannot be shown)").await
    }
}

#![doc = include_str!("../README.md")]

mod action;
mod actor;
mod adapter;
mod answer;
mod backoff;
mod cache;
mod capabilities;
mod clock;
mod content;
mod dialect;
mod error;
mod event;
mod file;
mod finding;
mod form;
mod id;
mod inbox;
mod operation;
mod phrases;
mod place;
mod policy;
mod reason;
mod redact;
mod rng;
mod seal;
mod spec;
mod store;
mod time;

pub use action::{Action, ActionSpec};
pub use actor::{Actor, DisplayName, Identity, OnePerActor, Principal, PrincipalKind, Standing};
pub use adapter::{Adapter, AdapterExt, Endpoint, Layer, Shutdown, ShutdownTrigger};
pub use answer::{Answer, AnswerKind, AnswerSlot, SlotEnds};
pub use backoff::Backoff;
pub use cache::Cache;
pub use capabilities::{Capabilities, Feature, Hearing, Limits, RateLimit, RateScope, Support};
pub use clock::{Clock, ClockExt, ManualClock};
pub use content::{
    Acknowledgement, ActionValue, Align, Allowed, Block, Broadcast, Button, Choice, Column,
    Confirm, Content, Element, Field, Image, Importance, Inline, Item, Level, LinkHosts, List,
    Menu, MenuSource, Native, Pick, Picker, PickerKind, Step, StepState, Style, Table, TimeStyle,
    Untrusted, Uses,
};
pub use dialect::{Dialect, Fitted, Loss, LossKind, Rendered, Surface, Target};
pub use error::{Error, ErrorKind, Result, Retry};
pub use event::{ActionUse, Change, Chosen, Event, EventKind, Invocation, Message, ReplyHandle};
pub use file::SharedFile;
pub use finding::{Finding, FindingLevel};
pub use form::{ChoiceLook, FieldErrors, FieldKind, Form, FormField, FormSpec, Lines, Submission};
pub use id::{
    AdapterId, CardId, ConversationId, DeliveryKey, EntryId, EventId, FileRef, GroupId, MessageId,
    NodeId, Platform, PlatformMessageId, PrincipalGroup, PrincipalId, RouteId, TeamId, ThreadId,
    UserId, WorkspaceId,
};
pub use inbox::{Cursor, Delivered, Health, Inbox, InboxBackend};
pub use operation::{Description, Operation, PastMessage, Receipt, Subject};
pub use phrases::{Phrases, fill};
pub use place::{Audience, MessageRef, Place};
pub use policy::{AllowAll, Approval, Decision, DenyAll, Phase, Policy, Question, Verdict};
pub use reason::ReasonCode;
pub use redact::redact;
pub use rng::{Rng, SeededRng, SystemRng};
pub use seal::{SEAL_LIFETIME, Seal, SealKey, SealedValue, Seals};
pub use spec::{ArgKind, ArgSpec, ArgStyle, CommandSpec, Effect, ListenerSpec, Need, Specs};
pub use store::{
    AuditChain, AuditRecord, Batch, BatchChange, Claim, Committed, EnqueueOptions, Expect, Hold,
    Key, MemoryLimits, MemoryStore, Priority, Query, Queue, Record, Store, canonical_json,
};
pub use time::Timestamp;

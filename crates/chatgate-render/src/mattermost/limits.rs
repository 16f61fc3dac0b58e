//! How much Mattermost takes, each number with its source: the server's Go code (11.6, `model/post.go`,
//! `model/config.go`, `model/integration_action.go`), or what was measured on a server.

/// The most characters (Unicode scalar values) of a post's `message`: `PostMessageMaxRunesV2`,
/// 65,535 bytes in the worst case of four a character. A server says its own as `MaxPostSize`; an old
/// database column holds [`OLD_POST_CHARS`].
pub const POST_CHARS: usize = 16_383;

/// The most characters of a `message` on servers whose database was made before version 5:
/// `PostMessageMaxRunesV1`.
pub const OLD_POST_CHARS: usize = 4_000;

/// The most characters of `props` as JSON: `PostPropsMaxUserRunes`, which is 800,000 less what the
/// server keeps for itself.
pub const PROPS_CHARS: usize = 760_000;

/// The most bytes of a request: `MaximumPayloadSizeBytes` as it is by default.
pub const REQUEST_BYTES: usize = 300_000;

/// Kept free of a request for what an adapter adds: channel, thread, keys.
pub(super) const ENVELOPE_BYTES: usize = 2_000;

/// Kept free, for each action, for the address that an adapter puts in.
pub const ACTION_URL_BYTES: usize = 512;

/// A footer is cut by the server above this (`MessageAttachment`, "300 characters").
pub(super) const FOOTER_CHARS: usize = 300;

/// Longer values of fields are easier to read in lines. Ours.
pub(super) const FIELD_CHARS: usize = 400;

/// A value up to here stands beside another. Ours.
pub(super) const SHORT_FIELD_CHARS: usize = 40;

/// What a notification shows of an attachment. Ours.
pub(super) const FALLBACK_CHARS: usize = 200;

/// The most characters of a seal that an action carries. The server keeps its context, and only
/// `props` bound it; ours, so that a few actions fit a part.
pub const SEAL_CHARS: usize = 8_000;

/// A user's name (`UserNameMaxLength`) and a channel's (`ChannelNameMaxLength`).
pub(super) const NAME_CHARS: usize = 64;

/// An emoji's name (`EmojiNameMaxLength`).
pub(super) const EMOJI_CHARS: usize = 64;

/// The title of a dialog, in bytes (`len` in Go): `DialogTitleMaxLength`.
pub(super) const TITLE_BYTES: usize = 24;
/// The name of a dialog's element: `DialogElementNameMaxLength`.
pub(super) const NAME_BYTES: usize = 300;
/// What stands above an element: `DialogElementDisplayNameMaxLength`.
pub(super) const LABEL_BYTES: usize = 24;
/// What explains an element: `DialogElementHelpTextMaxLength`.
pub(super) const HELP_BYTES: usize = 150;
/// `default` and `placeholder` of a text element, and its `max_length`:
/// `DialogElementTextMaxLength`.
pub(super) const TEXT_BYTES: usize = 150;
/// The same of a text area: `DialogElementTextareaMaxLength`.
pub(super) const TEXTAREA_BYTES: usize = 3_000;
/// `default` and `placeholder` of a select: `DialogElementSelectMaxLength`.
pub(super) const SELECT_BYTES: usize = 3_000;
/// `placeholder` of a box, its label: `DialogElementBoolMaxLength`.
pub(super) const BOOL_BYTES: usize = 150;
/// The most elements of a dialog. None is enforced; nobody fills in more. Ours.
pub(super) const ELEMENTS: usize = 50;
/// The most options of an element. None is enforced. Ours, so that a dialog fits its frame.
pub(super) const OPTIONS: usize = 1_000;
/// The most characters that a text element takes: without a `max_length` of its own, it takes 150.
pub(super) const ANSWER_CHARS: usize = 3_000;

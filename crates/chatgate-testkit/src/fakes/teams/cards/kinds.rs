//! The elements and actions of Adaptive Cards 1.5: what each must have, and what it may.

/// One kind of element or action.
#[derive(Debug)]
pub(super) struct Kind {
    name: &'static str,
    pub(super) required: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
    /// What stands in it, by property.
    pub(super) inner: &'static [(&'static str, Kinds)],
}

/// What may stand in a property.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kinds {
    Elements,
    Actions,
    /// Objects of one kind, which need not say it.
    Always(&'static str),
    /// The same, and plain strings among them.
    AlwaysOrText(&'static str),
}

/// What every one of them may have.
pub(super) const COMMON: &[&str] = &[
    "type",
    "id",
    "isVisible",
    "separator",
    "spacing",
    "height",
    "horizontalAlignment",
    "requires",
    "fallback",
    "lang",
    "targetWidth",
];

/// The kind of this name.
pub(super) fn named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

const fn kind(
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    inner: &'static [(&'static str, Kinds)],
) -> Kind {
    Kind { name, required, optional, inner }
}

const ACTION: &[&str] = &["title", "iconUrl", "style", "mode", "tooltip", "isEnabled"];

const CONTAINER: &[&str] =
    &["style", "bleed", "minHeight", "verticalContentAlignment", "backgroundImage", "rtl"];

const INPUT: &[&str] = &["label", "isRequired", "errorMessage", "value", "placeholder"];

const SELECT: (&str, Kinds) = ("selectAction", Kinds::Actions);

static KINDS: &[Kind] = &[
    kind(
        "AdaptiveCard",
        &["type", "version", "body"],
        &[
            "$schema",
            "msteams",
            "fallbackText",
            "speak",
            "minHeight",
            "rtl",
            "verticalContentAlignment",
            "backgroundImage",
            "metadata",
        ],
        &[("body", Kinds::Elements), ("actions", Kinds::Actions), SELECT],
    ),
    kind(
        "TextBlock",
        &["text"],
        &["size", "weight", "color", "isSubtle", "wrap", "maxLines", "fontType", "style"],
        &[],
    ),
    kind("RichTextBlock", &["inlines"], &[], &[("inlines", Kinds::AlwaysOrText("TextRun"))]),
    kind(
        "TextRun",
        &["text"],
        &[
            "size",
            "weight",
            "color",
            "isSubtle",
            "fontType",
            "italic",
            "strikethrough",
            "highlight",
            "underline",
        ],
        &[SELECT],
    ),
    kind(
        "Image",
        &["url"],
        &["altText", "size", "style", "width", "backgroundColor", "msteams"],
        &[SELECT],
    ),
    kind("ImageSet", &["images"], &["imageSize"], &[("images", Kinds::Always("Image"))]),
    kind("FactSet", &["facts"], &[], &[("facts", Kinds::Always("Fact"))]),
    kind("Fact", &["title", "value"], &[], &[]),
    kind("Container", &["items"], CONTAINER, &[("items", Kinds::Elements), SELECT]),
    kind(
        "ColumnSet",
        &["columns"],
        &["style", "bleed", "minHeight"],
        &[("columns", Kinds::Always("Column")), SELECT],
    ),
    kind(
        "Column",
        &[],
        &["width", "style", "bleed", "minHeight", "verticalContentAlignment", "rtl"],
        &[("items", Kinds::Elements), SELECT],
    ),
    kind("ActionSet", &["actions"], &[], &[("actions", Kinds::Actions)]),
    kind(
        "Table",
        &["columns", "rows"],
        &[
            "firstRowAsHeaders",
            "showGridLines",
            "gridStyle",
            "horizontalCellContentAlignment",
            "verticalCellContentAlignment",
        ],
        &[("columns", Kinds::Always("TableColumn")), ("rows", Kinds::Always("TableRow"))],
    ),
    kind(
        "TableColumn",
        &[],
        &["width", "horizontalCellContentAlignment", "verticalCellContentAlignment"],
        &[],
    ),
    kind(
        "TableRow",
        &["cells"],
        &["style", "horizontalCellContentAlignment", "verticalCellContentAlignment"],
        &[("cells", Kinds::Always("TableCell"))],
    ),
    kind("TableCell", &["items"], CONTAINER, &[("items", Kinds::Elements), SELECT]),
    kind("Input.Text", &["id"], INPUT, &[]),
    kind("Input.ChoiceSet", &["id", "choices"], INPUT, &[]),
    kind("Action.OpenUrl", &["url"], ACTION, &[]),
    kind("Action.ShowCard", &["card"], ACTION, &[("card", Kinds::Always("AdaptiveCard"))]),
    kind("Action.ToggleVisibility", &["targetElements"], ACTION, &[]),
    kind("Action.Submit", &[], ACTION, &[]),
    kind("Action.Execute", &[], ACTION, &[]),
];

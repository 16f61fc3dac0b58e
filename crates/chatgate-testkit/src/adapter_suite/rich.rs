//! What is more than a line of text: it keeps its lines, its order and what it means, or a loss is
//! reported.

use chatgate_core::{
    Block, Content, Feature, Fitted, Image, Inline, Level, LossKind, Step, StepState, Table,
};

use super::{AdapterUnderTest, can, demand, post, say};

/// A line's end is one: what stood in two lines is not run together.
pub async fn lines_stay_lines_or_are_unsupported(subject: &dyn AdapterUnderTest) {
    stay_lines(subject, &Content::from("above\nbelow")).await;
}

/// Code keeps its lines.
pub async fn code_keeps_its_lines_or_is_unsupported(subject: &dyn AdapterUnderTest) {
    stay_lines(subject, &Content::new().code(Some("rust"), "above\nbelow")).await;
}

async fn stay_lines(subject: &dyn AdapterUnderTest, content: &Content) {
    for (part, key) in say(subject, content).parts.into_iter().zip(1..) {
        demand(subject, Feature::Post, post(subject, part, key).await);
    }
    if can(subject).can(Feature::Post) {
        let texts = subject.texts().await.join("\n");
        let (above, below) = (texts.find("above"), texts.find("below"));
        assert!(above.is_some() && above < below, "{texts}");
        assert!(!texts.contains("abovebelow") && !texts.contains("above below"), "{texts}");
    }
}

/// A link leads where it led.
pub async fn a_link_keeps_its_address(subject: &dyn AdapterUnderTest) {
    let url = "https://example.com/runs/17?tab=log".parse().expect("an address");
    let fitted = say(subject, &Content::new().paragraph([Inline::link("Run log", url)]));
    shows(&fitted, &["Run log", "example.com/runs/17"]);
}

/// Every cell of a table is shown.
pub async fn every_cell_of_a_table_is_shown(subject: &dyn AdapterUnderTest) {
    let rows = (0..12).map(|row| [format!("name-{row:02}"), format!("state-{row:02}")]);
    let table = rows.clone().fold(Table::new(["Name", "State"]), Table::row);
    let fitted = say(subject, &Content::new().table(table));
    let cells: Vec<String> = rows.flatten().collect();
    shows(&fitted, &cells);
}

/// Every item of a list is shown, in its order.
pub async fn every_item_of_a_list_is_shown_in_order(subject: &dyn AdapterUnderTest) {
    let items: Vec<String> = (0..12).map(|item| format!("item-{item:02}")).collect();
    let fitted = say(subject, &Content::new().bullets(items.clone()));
    shows(&fitted, &items);
    let said = payloads(&fitted);
    let places: Vec<_> = items.iter().filter_map(|item| said.find(item.as_str())).collect();
    assert!(places.is_sorted(), "{said}");
}

/// It can be seen whether something went well.
pub async fn a_status_shows_its_level_or_it_is_reported(subject: &dyn AdapterUnderTest) {
    let of = |level| say(subject, &Content::status(level, "needle"));
    let levels = [of(Level::Success), of(Level::Warning), of(Level::Error)];
    differ(&levels);
}

/// It can be seen how far a step has come.
pub async fn a_step_shows_its_state_or_it_is_reported(subject: &dyn AdapterUnderTest) {
    let of = |state| {
        say(subject, &Content::new().block(Block::Progress(vec![Step::new(state, "needle")])))
    };
    differ(&[of(StepState::Pending), of(StepState::Done), of(StepState::Failed)]);
}

/// What a picture shows is said in words, for those who do not see it.
pub async fn a_picture_keeps_its_words(subject: &dyn AdapterUnderTest) {
    let url = "https://example.com/chart.png".parse().expect("an address");
    let picture = Block::Image(Image::new(url, "needle"));
    let fitted = say(subject, &Content::new().block(picture));
    shows(&fitted, &["needle"]);
}

/// What is folded away is there.
pub async fn what_is_folded_away_is_there(subject: &dyn AdapterUnderTest) {
    let blocks = Content::from("the needle").blocks;
    let detail = Block::Detail { summary: vec![Inline::text("the haystack")], blocks };
    let fitted = say(subject, &Content::new().block(detail));
    shows(&fitted, &["the haystack", "the needle"]);
}

/// All words are in what is said, however they look; only what was cut off is not.
fn shows<T: AsRef<str>>(fitted: &Fitted, words: &[T]) {
    let said = payloads(fitted);
    let lost: Vec<_> =
        words.iter().map(AsRef::as_ref).filter(|words| !said.contains(words)).collect();
    let is_cut = fitted.losses.iter().any(|loss| loss.kind == LossKind::Cut);
    assert!(lost.is_empty() || is_cut, "{lost:?} is gone: {said}");
}

/// No two are said alike, or a loss is reported.
fn differ(said: &[Fitted]) {
    for (at, one) in said.iter().enumerate() {
        assert!(!one.parts.is_empty() || !one.losses.is_empty(), "nothing is said");
        for other in &said[at + 1..] {
            let alike = payloads(one) == payloads(other);
            assert!(!alike || !one.losses.is_empty(), "alike in silence: {}", payloads(one));
        }
    }
}

fn payloads(fitted: &Fitted) -> String {
    fitted.parts.iter().map(|part| part.payload.get()).collect()
}

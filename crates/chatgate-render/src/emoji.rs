//! Emoji by their short names, where a platform does not know the names.

/// The emoji that operators use; whoever uses another sees its name.
const EMOJI: [(&str, &str); 60] = [
    ("+1", "👍"),
    ("-1", "👎"),
    ("alarm_clock", "⏰"),
    ("ambulance", "🚑"),
    ("arrow_down", "⬇️"),
    ("arrow_forward", "▶️"),
    ("arrow_up", "⬆️"),
    ("bangbang", "‼️"),
    ("bell", "🔔"),
    ("blue_circle", "🔵"),
    ("boom", "💥"),
    ("bug", "🐛"),
    ("bulb", "💡"),
    ("calendar", "📆"),
    ("chart_with_downwards_trend", "📉"),
    ("chart_with_upwards_trend", "📈"),
    ("clap", "👏"),
    ("clipboard", "📋"),
    ("construction", "🚧"),
    ("eyes", "👀"),
    ("fire", "🔥"),
    ("fire_engine", "🚒"),
    ("gear", "⚙️"),
    ("green_circle", "🟢"),
    ("hammer_and_wrench", "🛠️"),
    ("heart", "❤️"),
    ("heavy_check_mark", "✔️"),
    ("heavy_minus_sign", "➖"),
    ("hourglass_flowing_sand", "⏳"),
    ("information_source", "ℹ️"),
    ("key", "🔑"),
    ("lock", "🔒"),
    ("mag", "🔍"),
    ("memo", "📝"),
    ("no_entry", "⛔"),
    ("ok_hand", "👌"),
    ("package", "📦"),
    ("pager", "📟"),
    ("party_popper", "🎉"),
    ("point_right", "👉"),
    ("pray", "🙏"),
    ("question", "❓"),
    ("raised_hands", "🙌"),
    ("recycle", "♻️"),
    ("red_circle", "🔴"),
    ("robot_face", "🤖"),
    ("rocket", "🚀"),
    ("rotating_light", "🚨"),
    ("smile", "😄"),
    ("snowflake", "❄️"),
    ("sparkles", "✨"),
    ("tada", "🎉"),
    ("thumbsup", "👍"),
    ("warning", "⚠️"),
    ("wave", "👋"),
    ("white_check_mark", "✅"),
    ("white_circle", "⚪"),
    ("wrench", "🔧"),
    ("x", "❌"),
    ("zap", "⚡"),
];

/// The emoji of a short name without colons, if it is one of the usual ones.
pub(crate) fn emoji(name: &str) -> Option<&'static str> {
    let at = EMOJI.binary_search_by_key(&name, |(name, _)| name).ok()?;
    EMOJI.get(at).map(|(_, emoji)| *emoji)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        for (name, character) in EMOJI {
            assert_eq!(emoji(name), Some(character), "{name}");
        }
        assert_eq!(emoji("Tada"), None);
    }
}

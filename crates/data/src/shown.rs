//! Text from a file or a server, as it can be shown.

/// The text, or as many of its characters and an ellipsis.
pub fn shortened(text: &str, most: usize) -> String {
    let mut shortened: String = text.chars().take(most).collect();
    if text.chars().nth(most).is_some() {
        shortened.push('…');
    }
    shortened
}

/// The text in one line: control characters, which could make a terminal do anything, are replaced.
pub fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

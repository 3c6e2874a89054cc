//! Safe display of text from files and servers.

/// The text, cut to this many characters and an ellipsis if it is longer.
pub fn shortened(text: &str, most: usize) -> String {
    let mut shortened: String = text.chars().take(most).collect();
    if text.chars().nth(most).is_some() {
        shortened.push('…');
    }
    shortened
}

/// The text in one line, without control characters, which could control a terminal.
pub fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

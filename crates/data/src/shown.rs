//! Text from a file or a server, as it can be shown.

/// The text in one line, and shortened if it is longer than so many characters. Control characters, which could make a
/// terminal do anything, are replaced.
pub(crate) fn shown(text: &str, most: usize) -> String {
    let printable = |character: char| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character };
    let mut shown: String = text.chars().take(most).map(printable).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

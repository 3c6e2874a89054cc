//! Ctrl-C while the dashboard has the terminal.

use std::io;

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

/// Has Ctrl-C mean what it does without the dashboard, which wants to be told of each key and so
/// has turned off that some are signals. The other keys stay as they are: what Ctrl-Z leaves behind
/// would be no terminal to type in. When the dashboard closes, it restores everything.
pub(super) fn let_ctrl_c_interrupt() {
    let terminal = io::stdout();
    let Ok(mut modes) = tcgetattr(&terminal) else { return };
    if modes.local_modes.contains(LocalModes::ISIG) {
        return;
    }
    /// What turns a key off.
    const NO_KEY: u8 = 0;
    modes.local_modes |= LocalModes::ISIG;
    for key in [SpecialCodeIndex::VQUIT, SpecialCodeIndex::VSUSP] {
        modes.special_codes[key] = NO_KEY;
    }
    // Should it fail, the dashboard's menu still stops the training.
    let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
}

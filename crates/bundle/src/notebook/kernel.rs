//! Executes a notebook with evcxr, as Jupyter would, but without Jupyter.

use std::{
    collections::HashMap,
    env, io, mem,
    path::Path,
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use evcxr::{CommandContext, Error, EvalContext, EvalContextOutputs};
use serde_json::{Value, json};

use super::{Kind, Notebook, kind, text};

/// The environment variable with the folder of the analysis for the notebook.
const RUNS: &str = "RUNS";

/// Must be the first call of a program that executes notebooks: evcxr starts the same program again
/// to run the compiled cells.
pub fn hook() {
    evcxr::runtime_hook();
}

/// Executes every cell of code in order, in this folder, about the analysis in `runs`, an absolute
/// path, and keeps the output of the cells. `begins` gets the numbers of executed and of all
/// cells.
///
/// # Errors
/// The first cell that does not compile or fails, with the message of the compiler.
pub fn execute(
    notebook: &mut Notebook,
    folder: &Path,
    runs: &Path,
    on_cell: impl Fn(usize, usize),
) -> Result<(), String> {
    let failed = |error: io::Error| format!("{}: {error}", folder.display());
    env::set_current_dir(folder).map_err(failed)?;
    let mut program = Command::new(env::current_exe().map_err(failed)?);
    program.env(RUNS, runs);
    let (context, output) =
        EvalContext::with_subprocess_command(program).map_err(|error| in_a_line(&error))?;
    let mut context = CommandContext::with_eval_context(context);
    let printed = collect(output);

    let code: Vec<&mut Value> =
        notebook.cells_mut().iter_mut().filter(|cell| kind(cell) == Kind::Code).collect();
    let count = code.len();
    for (index, cell) in code.into_iter().enumerate() {
        on_cell(index, count);
        let shown = context.execute(&text(&cell["source"])).map_err(|error| {
            format!("cell {} of the notebook: {}", index + 1, in_a_line(&error))
        })?;
        cell["execution_count"] = json!(index + 1);
        cell["outputs"] =
            Value::Array(outputs(take(&printed), shown.content_by_mime_type, index + 1));
    }
    Ok(())
}

/// The printed lines of the cells.
type Printed = Arc<Mutex<String>>;

/// Collects the printed lines, without which evcxr waits for ever. A line leaves the channel only
/// while the lock is held: once the channel is empty, the next holder of the lock finds every line.
fn collect(output: EvalContextOutputs) -> Printed {
    let printed = Printed::default();
    let kept = printed.clone();
    thread::spawn(move || {
        loop {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            match output.stdout.try_recv() {
                Ok(line) => kept.push_str(&(line + "\n")),
                Err(error) if error.is_empty() => {
                    drop(kept);
                    thread::sleep(POLL);
                }
                Err(_) => break,
            }
        }
    });
    printed
}

/// The interval between two looks for printed lines.
const POLL: Duration = Duration::from_millis(1);

fn take(printed: &Printed) -> String {
    mem::take(&mut *printed.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The printed lines of a cell, then its value.
fn outputs(printed: String, shown: HashMap<String, String>, count: usize) -> Vec<Value> {
    let mut outputs = Vec::new();
    if !printed.is_empty() {
        outputs.push(json!({ "output_type": "stream", "name": "stdout", "text": lines(&printed) }));
    }
    if !shown.is_empty() {
        let data: serde_json::Map<String, Value> = shown.into_iter().map(as_kept).collect();
        outputs.push(json!({
            "output_type": "execute_result", "execution_count": count, "data": data, "metadata": {},
        }));
    }
    outputs
}

/// An output: a picture as one string, a text as one string per line.
fn as_kept((kind, content): (String, String)) -> (String, Value) {
    let content = content.trim_end();
    let value = if kind.starts_with("image/") { json!(content) } else { lines(content) };
    (kind, value)
}

/// A text as notebooks keep it, one string per line.
fn lines(text: &str) -> Value {
    json!(text.split_inclusive('\n').collect::<Vec<_>>())
}

/// The messages of an error, in one line.
fn in_a_line(error: &Error) -> String {
    match error {
        Error::CompilationErrors(errors) => {
            errors.iter().map(|error| error.message()).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

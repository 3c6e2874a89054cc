//! What measurements come to, as text for people.

use report::document::{Cell, Table, plain};

use crate::{
    Quantity, Results,
    results::median,
    training::{Case, ROWS},
};

/// Everything, as `results.txt` has it.
pub fn of(results: &Results) -> String {
    let parts =
        [Some(heading(results)), training(results), study(results), csv(results), start(results)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn heading(results: &Results) -> String {
    let rounds = match results.rounds {
        1 => "measured once".to_owned(),
        rounds => format!("medians of {rounds} rounds, in each of which all take turns"),
    };
    let programs = results.programs.join("\n          ");
    format!("machine   {}\nprograms  {programs}\nmethod    {rounds}\n", results.machine)
}

/// Speed by batch size, and how many times as fast as each other program the first one is.
fn training(results: &Results) -> Option<String> {
    let programs = results.measured(Quantity::Epoch);
    let (first, others) = programs.split_first()?;
    let mut head = vec![Cell::header("network"), Cell::header("batch size")];
    head.extend(programs.iter().map(|program| Cell::header(*program).over_columns(2)));
    head.extend(others.iter().map(|other| Cell::header(format!("{first} / {other}"))));
    let mut units = vec![Cell::header(""), Cell::header("")];
    units
        .extend(programs.iter().flat_map(|_| [Cell::header("samples/s"), Cell::header("µs/step")]));
    units.extend(others.iter().map(|_| Cell::header("speed")));
    let row = |case: &Case| {
        let mut row = vec![Cell::header(case.network()), Cell::from(case.batch_size.to_string())];
        for program in &programs {
            let seconds = median(results.values(Quantity::Epoch, program, Some(*case)));
            let samples = format!("{:.1}k", ROWS as f64 / seconds / 1e3);
            row.extend([
                Cell::from(samples),
                Cell::from(format!("{:.0}", seconds / case.steps() as f64 * 1e6)),
            ]);
        }
        row.extend(others.iter().map(|other| {
            Cell::from(times(ratio(results, Quantity::Epoch, first, other, Some(*case))))
        }));
        row
    };
    let caption = "Training, one thread on the CPU: the network 784-256-128-10, plain SGD, 48,000 \
        images an epoch";
    let body = results.cases().iter().map(row).collect();
    let table = Table {
        caption: Some(caption.to_owned()),
        head: vec![head, units],
        body,
        ..Table::default()
    };
    let memory = programs.iter().filter_map(|program| {
        let most = results
            .values(Quantity::PeakMemory, program, None)
            .into_iter()
            .max_by(f64::total_cmp)?;
        Some(format!("{program} {most:.0} MB"))
    });
    let memory = memory.collect::<Vec<_>>().join(", ");
    let memory = if memory.is_empty() { memory } else { format!("most memory taken: {memory}\n") };
    Some(plain::of_table(&table) + &memory + &agreement(results, &programs).unwrap_or_default())
}

/// How far the programs' test accuracies are apart where training has come furthest: if they
/// trained different networks, their speed would say nothing.
fn agreement(results: &Results, programs: &[&str]) -> Option<String> {
    let cases = results.cases();
    let smallest = cases.iter().map(|case| case.batch_size).min()?;
    let apart = |case: Case| {
        let accuracy =
            |program: &&str| median(results.values(Quantity::TestAccuracy, program, Some(case)));
        let accuracies: Vec<f64> = programs.iter().map(accuracy).collect();
        let most = accuracies.iter().copied().fold(f64::MIN, f64::max);
        most - accuracies.iter().copied().fold(f64::MAX, f64::min)
    };
    let most =
        cases.into_iter().filter(|case| case.batch_size == smallest).map(apart).fold(0.0, f64::max);
    (programs.len() > 1).then(|| {
        format!(
            "at batch size {smallest}, where training comes furthest, test accuracies are at most \
             {:.2} percentage points apart\n",
            most * 100.0
        )
    })
}

fn study(results: &Results) -> Option<String> {
    let caption = format!(
        "A study: 12 runs of 10 epochs, {} at a time, from the CSV on; ours with its report",
        results.jobs
    );
    seconds(results, Quantity::Study, &caption)
}

fn csv(results: &Results) -> Option<String> {
    seconds(
        results,
        Quantity::ReadCsv,
        "The CSV of 60,000 images, 110 MB, into numbers from 0 to 1",
    )
}

/// A line a program: seconds, and how many times as long it takes as the first.
fn seconds(results: &Results, quantity: Quantity, caption: &str) -> Option<String> {
    let programs = results.measured(quantity);
    let first = *programs.first()?;
    let row = |program: &&str| {
        let seconds = median(results.values(quantity, program, None));
        let ratio =
            (*program != first).then(|| times(ratio(results, quantity, first, program, None)));
        vec![
            Cell::header(*program),
            Cell::from(format!("{seconds:.2} s")),
            Cell::from(ratio.unwrap_or_default()),
        ]
    };
    let body = programs.iter().map(row).collect();
    Some(plain::of_table(&Table { caption: Some(caption.to_owned()), body, ..Table::default() }))
}

fn start(results: &Results) -> Option<String> {
    let program = *results.measured(Quantity::TrainStart).first()?;
    let milliseconds = |quantity| median(results.values(quantity, program, None)) * 1e3;
    let row = |name: &str, quantity| {
        vec![Cell::header(name), Cell::from(format!("{:.0} ms", milliseconds(quantity)))]
    };
    let body = vec![
        row("cargo xtask --help", Quantity::CargoStart),
        row("cargo xtask train, to its first step", Quantity::TrainStart),
        row("the trainer alone, to its first step", Quantity::TrainerStart),
    ];
    let caption = "Start, everything built and the data read once before";
    Some(plain::of_table(&Table { caption: Some(caption.to_owned()), body, ..Table::default() }))
}

/// How many times as long the other takes as the first: the median of the rounds' ratios.
fn ratio(
    results: &Results,
    quantity: Quantity,
    first: &str,
    other: &str,
    case: Option<Case>,
) -> f64 {
    let of = |program| results.values(quantity, program, case);
    median(of(other).into_iter().zip(of(first)).map(|(other, first)| other / first).collect())
}

fn times(ratio: f64) -> String {
    format!("{ratio:.2}x")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Measurement;

    /// What two rounds might give; the second on a machine that is half as fast.
    fn results(parts: &[Quantity]) -> Results {
        let case = |batch_size, dropout| Some(Case { batch_size, dropout, layer_norm: false });
        let numbers = [
            (Quantity::Epoch, "flex", case(64, 0.0), 0.48),
            (Quantity::TestAccuracy, "flex", case(64, 0.0), 0.902),
            (Quantity::PeakMemory, "flex", case(64, 0.0), 202.0),
            (Quantity::Epoch, "PyTorch", case(64, 0.0), 1.2),
            (Quantity::TestAccuracy, "PyTorch", case(64, 0.0), 0.9),
            (Quantity::Epoch, "flex", case(512, 0.2), 0.4),
            (Quantity::TestAccuracy, "flex", case(512, 0.2), 0.81),
            (Quantity::Epoch, "PyTorch", case(512, 0.2), 0.6),
            (Quantity::TestAccuracy, "PyTorch", case(512, 0.2), 0.814),
            (Quantity::Study, "flex", None, 35.0),
            (Quantity::Study, "PyTorch", None, 110.0),
            (Quantity::ReadCsv, "crates/data", None, 0.25),
            (Quantity::CargoStart, "flex", None, 0.2),
            (Quantity::TrainStart, "flex", None, 0.3),
            (Quantity::TrainerStart, "flex", None, 0.05),
        ];
        let chosen = numbers
            .into_iter()
            .filter(|(quantity, ..)| parts.is_empty() || parts.contains(quantity));
        let measurements = chosen.flat_map(|(quantity, program, case, value)| {
            let slower = if matches!(quantity, Quantity::TestAccuracy | Quantity::PeakMemory) {
                1.0
            } else {
                2.0
            };
            [(1, value), (2, slower * value)].map(|(round, value)| Measurement {
                quantity,
                program: program.to_owned(),
                case,
                round,
                value,
            })
        });
        Results {
            machine: "a processor, 2 cores".to_owned(),
            programs: vec!["flex 0.1.0".to_owned(), "PyTorch 2.15.0".to_owned()],
            rounds: 2,
            jobs: 2,
            measurements: measurements.collect(),
        }
    }

    #[test]
    fn everything_at_once() {
        insta::assert_snapshot!(of(&results(&[])));
    }

    #[test]
    fn a_part_by_itself() {
        insta::assert_snapshot!(of(&results(&[Quantity::ReadCsv])));
    }

    #[test]
    fn each_measurement_is_a_row_of_the_csv() {
        let csv = results(&[Quantity::Epoch, Quantity::Study]).to_csv().unwrap_or_default();
        insta::assert_snapshot!(String::from_utf8_lossy(&csv));
    }
}

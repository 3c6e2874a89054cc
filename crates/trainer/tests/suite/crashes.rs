//! Nothing that happens to a process or a disk loses a run.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::Instant,
};

use crate::support::{Run, stderr};

/// Everything that has a state, in epochs so short that most of the time goes into checkpoints.
const FLAGS: &str = "--limit 400 --epochs 60 --hidden 32,16 --momentum 0.9 --dropout 0.3 \
    --layer-norm --augment affine";
/// The same of a convolutional network.
const CONVOLUTIONS: &str = "--limit 400 --epochs 20 --network cnn --filters 4,8 --hidden 32 \
    --momentum 0.9 --dropout 0.3 --layer-norm --augment affine";
const KILLS: u32 = 25;

#[test]
fn killed_at_fifty_moments_it_always_goes_on_and_ends_the_same() {
    for flags in [FLAGS, CONVOLUTIONS] {
        is_killed_and_ends_the_same(flags);
    }
}

fn is_killed_and_ends_the_same(flags: &str) {
    let whole = Run::new();
    let started = Instant::now();
    whole.train_well(flags);
    let length = started.elapsed();
    let mut run = Run::new();
    for kill in 0..KILLS {
        let flags = if run.path.join("run.toml").exists() { "--resume" } else { flags };
        let mut child =
            run.command(flags).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Moments that are spread over the whole of a run, and never the same: the golden ratio's
        // multiples.
        sleep(length.mul_f64(f64::from(kill) * 0.618_033_988_75 % 1.0));
        let _ = child.kill();
        child.wait().unwrap();
        // A run that came to its end is whole; another one is next.
        if run.path.join("summary.json").exists() {
            run.assert_equals(&whole);
            run = Run::new();
        }
    }
    let flags = if run.path.join("run.toml").exists() { "--resume" } else { flags };
    run.train_well(flags).assert_equals(&whole);
}

/// System calls that change what a disk holds.
const CHANGES: [&str; 7] = ["fsync", "linkat", "mkdir", "rename", "renameat", "unlink", "unlinkat"];

/// Runs with these flags and is killed when it is about to make this system call for the n-th time;
/// false if it ends before.
fn is_killed_before(change: &str, n: usize, run: &Run, flags: &str) -> bool {
    let trainer = run.command(flags);
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        &format!("inject={change}:signal=KILL:when={n}"),
    ]);
    let status = strace
        .arg(trainer.get_program())
        .args(trainer.get_args())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    // strace ends as what it watches has ended.
    assert!(status.success() || status.code().is_none(), "{status}");
    !status.success()
}

/// Brings a run to its end that was killed: from the beginning, from where it was, or not at all if
/// that was its last step.
fn end<'a>(run: &'a Run, flags: &str) -> &'a Run {
    if run.path.join("summary.json").exists() {
        return run;
    }
    run.train_well(if run.path.join("run.toml").exists() { "--resume" } else { flags })
}

#[test]
#[ignore = "needs strace"]
fn killed_before_any_change_of_the_disk_it_goes_on_and_ends_the_same() {
    const FLAGS: &str = "--limit 400 --epochs 2 --hidden 16 --momentum 0.5";
    let whole = Run::new();
    whole.train_well(FLAGS);
    let (mut once, mut twice) = (0, 0);
    let killed = |change, n| {
        let run = Run::new();
        is_killed_before(change, n, &run, FLAGS).then_some(run)
    };
    for change in CHANGES {
        for (n, run) in (1..).map_while(|n| Some((n, killed(change, n)?))) {
            once += 1;
            let checkpoints = run.path.join("checkpoints");
            let is_between =
                checkpoints.join("previous").exists() && !checkpoints.join("last").exists();
            end(&run, FLAGS).assert_equals(&whole);
            if !is_between {
                continue;
            }
            // In between two checkpoints, whoever goes on may be killed at any change as well.
            for again in CHANGES {
                for m in 1.. {
                    let run = killed(change, n).unwrap();
                    if !is_killed_before(again, m, &run, "--resume") {
                        break;
                    }
                    twice += 1;
                    end(&run, FLAGS).assert_equals(&whole);
                }
            }
        }
    }
    println!("killed once at {once} changes, and twice at {twice}");
    assert!(once > 30 && twice > 10, "{once} and {twice} changes");
}

/// A disk of this size, until it is dropped.
struct Disk(tempfile::TempDir);

impl Disk {
    fn new(size: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder.path());
        assert!(mount.status().unwrap().success(), "cannot mount");
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

#[test]
#[ignore = "mounts a small disk, for which it must be root"]
fn a_full_disk_is_told_in_a_line_and_leaves_the_last_good_checkpoint() {
    let disk = Disk::new("12m");
    let (whole, full) = (Run::new(), Run::at(disk.path().join("run")));
    whole.train_well("--limit 400 --epochs 4 --momentum 0.9");
    full.train_well("--limit 400 --epochs 2 --momentum 0.9");
    let filler = disk.path().join("filler");
    for left in [0, 100_000, 500_000, 1_500_000] {
        let _ = fs::remove_file(&filler);
        fill(&filler);
        let size = fs::metadata(&filler).unwrap().len();
        fs::OpenOptions::new().write(true).open(&filler).unwrap().set_len(size - left).unwrap();
        let output = full.train("--resume --epochs 4");
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{left} bytes left: {told}");
        assert!(
            told.contains("No space left on device") && told.lines().count() == 1,
            "{left} bytes left: {told}"
        );
    }
    fs::remove_file(filler).unwrap();
    full.train_well("--resume --epochs 4").assert_equals(&whole);
}

/// Writes until nothing more fits.
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
}

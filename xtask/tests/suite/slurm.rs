//! An analysis on a real Slurm cluster: three nodes on this machine, which vanish with the test.

use std::{
    fs::{self, File},
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// 7 learning rates, long enough to be disturbed.
const FLAGS: [&str; 8] = [
    "learning-rate",
    "--limit",
    "2000",
    "--epochs",
    "60",
    "--seeds",
    "1",
    "--data=data/mnist_test.csv.gz",
];
const RUNS: usize = 7;

/// Three nodes with a processor each.
struct Cluster {
    folder: TempDir,
    /// A shell that is the first process in a namespace of its own. When its input ends, as it does
    /// with this value, also in a test that fails, everything in there is gone.
    shell: Child,
}

impl Cluster {
    /// Starts it with these limits, unless something is missing for that, which is then said.
    fn start(limits: &str) -> Option<Self> {
        let is_there = |program: &&str| Command::new(program).arg("-V").output().is_ok();
        if let Some(missing) =
            ["slurmctld", "slurmd", "sbatch", "munged"].iter().find(|program| !is_there(program))
        {
            println!(
                "skipped: {missing} is not installed (slurmctld, slurmd, slurm-client, munge)"
            );
            return None;
        }
        let mut unshare = Command::new("unshare");
        unshare.args(["--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]);
        if !Command::new("unshare")
            .args(["--uts", "--pid", "--fork", "true"])
            .status()
            .unwrap()
            .success()
        {
            println!("skipped: the daemons of Slurm can only be started by root");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let configuration = configuration(folder.path()) + limits;
        fs::write(folder.path().join("slurm.conf"), configuration).unwrap();
        let log = File::create(folder.path().join("daemons.log")).unwrap();
        let shell = unshare.args(["bash", "-es"]).current_dir(folder.path()).stdin(Stdio::piped());
        let shell = shell.env("SLURM_CONF", folder.path().join("slurm.conf"));
        let shell = shell.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let mut cluster = Self { folder, shell };
        cluster.tell(
            "hostname localhost
             mkdir state spool-n1 spool-n2 spool-n3
             (umask 077; head -c 128 /dev/urandom >munge.key)
             munged --force --socket=$PWD/munge.sock --key-file=$PWD/munge.key \
             --pid-file=$PWD/munged.pid \
                --log-file=$PWD/munged.log --seed-file=$PWD/munged.seed
             slurmctld -c
             for node in n1 n2 n3; do slurmd -N $node; done",
        );
        cluster
            .wait_for("3 idle nodes", || cluster.slurm("sinfo", "-h -t idle -o %D").trim() == "3");
        Some(cluster)
    }

    /// Runs commands where the daemons are.
    fn tell(&mut self, commands: &str) {
        writeln!(self.shell.stdin.as_mut().unwrap(), "{commands}").unwrap();
    }

    fn slurm(&self, program: &str, arguments: &str) -> String {
        let mut command = Command::new(program);
        command.args(arguments.split(' ')).env("SLURM_CONF", self.folder.path().join("slurm.conf"));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    }

    /// The tasks in this state, and where they are.
    fn tasks(&self, state: &str) -> Vec<(String, String)> {
        let listed = self.slurm("squeue", &format!("-h -r -t {state} -o %i|%N"));
        listed
            .lines()
            .filter_map(|line| line.split_once('|'))
            .map(|(id, node)| (id.to_owned(), node.to_owned()))
            .collect()
    }

    fn wait_for(&self, what: &str, mut is_there: impl FnMut() -> bool) {
        let started = Instant::now();
        while !is_there() {
            let log =
                || fs::read_to_string(self.folder.path().join("slurmctld.log")).unwrap_or_default();
            assert!(started.elapsed() < Duration::from_secs(90), "no {what}: {}", log());
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

fn configuration(folder: &Path) -> String {
    // Held until all are known, so that no port is taken twice.
    let ports: Vec<TcpListener> =
        (0..4).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let ports: Vec<u16> = ports.iter().map(|port| port.local_addr().unwrap().port()).collect();
    let nodes = ports[1..].iter().zip(1..).map(|(port, node)| {
        format!(
            "NodeName=n{node} NodeHostname=localhost NodeAddr=127.0.0.1 Port={port} CPUs=1 \
            RealMemory=1000\n"
        )
    });
    let folder = folder.display();
    format!(
        "ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=6
KillWait=2
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
{}PartitionName=p Nodes=ALL Default=YES MaxTime=INFINITE State=UP
",
        ports[0],
        nodes.collect::<String>(),
    )
}

/// A process that does not outlive the test.
struct Process(Child);

impl Process {
    fn start(mut command: Command, output: &Path) -> Self {
        let output = File::create(output).unwrap();
        Self(command.stdout(output.try_clone().unwrap()).stderr(output).spawn().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An analysis in a folder that vanishes.
struct Analysis {
    parent: TempDir,
}

impl Analysis {
    fn new() -> Self {
        Self { parent: tempfile::tempdir().unwrap() }
    }

    /// With a name that shells and Slurm could take for something else.
    fn out(&self) -> PathBuf {
        self.parent.path().join("50 % of \"it\"")
    }

    fn command(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
        command.arg("analysis").args(FLAGS).arg("--out").arg(self.out()).args(flags);
        command
    }

    fn on(&self, cluster: &Cluster, flags: &[&str]) -> Command {
        let mut command = self.command(&[&["--slurm"], flags].concat());
        command.env("SLURM_CONF", cluster.folder.path().join("slurm.conf"));
        command
    }

    /// `results.csv` without the column that tells time.
    fn results(&self) -> String {
        let text = fs::read_to_string(self.out().join("results.csv")).unwrap();
        text.lines().map(|row| format!("{}\n", row.rsplit_once(',').unwrap().0)).collect()
    }

    /// What the trainers of a run have printed.
    fn log(&self, run: &str) -> String {
        fs::read_to_string(self.out().join("runs").join(run).join("log.txt")).unwrap_or_default()
    }

    /// The process of a trainer in the middle of a run, and the name of that run, which is none of
    /// `disturbed`. It is stopped, so that the run does not end before something happens to it.
    fn stop_trainer(&self, cluster: &Cluster, disturbed: &[&str]) -> (String, String) {
        let mut trainer = None;
        cluster.wait_for("trainer", || {
            trainer = self.trainer(disturbed).filter(|(process, _)| signal(process, "-STOP"));
            trainer.is_some()
        });
        trainer.unwrap()
    }

    fn trainer(&self, disturbed: &[&str]) -> Option<(String, String)> {
        let processes = fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().into_string().ok());
        processes.filter(|process| process.parse::<u32>().is_ok()).find_map(|process| {
            let line =
                fs::read_to_string(Path::new("/proc").join(&process).join("cmdline")).ok()?;
            let mut arguments = line.split('\0').filter(|argument| !argument.is_empty());
            let (program, job) = (arguments.next()?, Path::new(arguments.next_back()?));
            let is_ours = program.ends_with("/trainer") && job.starts_with(self.out());
            // One that is in the middle of it.
            let run =
                job.parent().filter(|run| is_ours && run.join("checkpoints/last").exists())?;
            let run = run.file_name()?.to_str().filter(|run| !disturbed.contains(run))?;
            Some((process, run.to_owned()))
        })
    }
}

/// Whether the process was there to take it.
fn signal(process: &str, signal: &str) -> bool {
    Command::new("kill").args([signal, process]).status().unwrap().success()
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn where_there_is_no_slurm_it_is_said_before_anything_is_built() {
    let (analysis, empty) = (Analysis::new(), tempfile::tempdir().unwrap());
    let output = analysis.command(&["--slurm"]).env("PATH", empty.path()).output().unwrap();
    assert_eq!(
        told(&output),
        "error: scontrol: not found on the PATH; --slurm needs Slurm's commands: run this \
         command on the login node of a cluster\n"
    );
    assert!(output.status.code() == Some(1) && !analysis.out().exists());
    for (flags, expected) in [
        (&["--slurm", "--jobs", "2"][..], "cannot be used with"),
        (&["--runs-per-task", "2"], "--slurm"),
        (
            &["--slurm", "--sbatch", "--comment='x"],
            "expected flags as in a shell, with each quote closed",
        ),
        (&["--slurm", "--max-running", "0"], "expected a whole number from 1 to 1000000"),
    ] {
        let output = analysis.command(flags).output().unwrap();
        assert!(
            told(&output).contains(expected) && output.status.code() == Some(2),
            "{}",
            told(&output)
        );
    }
}

#[test]
#[ignore = "needs Slurm"]
fn whatever_happens_to_tasks_nodes_and_the_controller_the_results_are_those_of_a_local_run() {
    let Some(mut cluster) = Cluster::start("") else { return };
    let (local, analysis) = (Analysis::new(), Analysis::new());
    let shown = analysis
        .on(&cluster, &["--dry-run", "--sbatch", "-p p --comment 'a b'", "--max-running=3"]);
    let shown = told(&{ shown }.output().unwrap());
    assert!(
        shown.contains("#SBATCH --requeue\n")
            && shown.contains("# sbatch -p p --comment 'a b' --parsable"),
        "{shown}"
    );
    assert_eq!((cluster.tasks("all").len(), analysis.out().join("slurm").exists()), (0, false));

    let output = analysis.parent.path().join("output");
    let mut waiting =
        Process::start(analysis.on(&cluster, &["--wait", "--max-running=3"]), &output);
    let (_, cancelled) = analysis.stop_trainer(&cluster, &[]);
    let trials = fs::read_to_string(analysis.out().join("slurm/001/trials.txt")).unwrap();
    let task_of =
        |run: &str| format!("1_{}", trials.lines().position(|trial| trial == run).unwrap());
    cluster.slurm("scancel", &task_of(&cancelled));
    cluster.wait_for("saved state", || analysis.log(&cancelled).contains("stopped and saved"));

    let (process, killed) = analysis.stop_trainer(&cluster, &[&cancelled]);
    assert!(signal(&process, "-KILL"));

    let lost = task_of(&analysis.stop_trainer(&cluster, &[&cancelled, &killed]).1);
    let node = cluster.tasks("RUNNING").into_iter().find(|(task, _)| *task == lost).unwrap().1;
    cluster.slurm("scontrol", &format!("update NodeName={node} State=DOWN Reason=test"));
    cluster.wait_for("task that was queued again", || {
        cluster.tasks("PENDING").iter().any(|(task, _)| *task == lost)
    });
    let node = format!("update NodeName={node} State=RESUME");

    cluster.tell("kill $(cat slurmctld.pid); sleep 2; slurmctld");
    let report = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("report")
        .arg(analysis.out())
        .output()
        .unwrap();
    assert!(report.status.success(), "a report on what is there: {}", told(&report));
    cluster.wait_for("controller", || cluster.slurm("scontrol", "ping").contains("UP"));
    cluster.slurm("scontrol", &node);

    cluster.wait_for("end", || waiting.0.try_wait().unwrap().is_some());
    let errors = fs::read_to_string(output).unwrap();
    assert_eq!(waiting.0.wait().unwrap().code(), Some(1), "{errors}");
    let of_killed = format!("error: the run {killed} crashed: Slurm reports FAILED on n");
    assert!(
        errors.contains(&of_killed) && errors.contains("error: the trainer was ended by signal 9"),
        "{errors}"
    );
    assert!(
        errors
            .contains(&format!("error: the run {cancelled} crashed: Slurm reports CANCELLED on n")),
        "{errors}"
    );
    assert_eq!(errors.matches("error: the run ").count(), 2, "{errors}");
    assert_eq!(analysis.results().lines().count(), 1 + RUNS - 2);

    // The same command is the repair.
    let again = analysis.on(&cluster, &["--runs-per-task=2"]).output().unwrap();
    let said = told(&again);
    assert!(
        said.contains("5 of 7 runs are already done") && said.contains("submitted 2 runs as job "),
        "{said}"
    );
    assert!(said.contains(&format!("failed:    {killed}: Slurm reports FAILED")), "{said}");
    let again = told(&analysis.on(&cluster, &[]).output().unwrap());
    assert!(
        !again.contains("submitted") || again.contains("7 of 7"),
        "what is under way is not submitted again: {again}"
    );
    let last = analysis.on(&cluster, &["--wait"]).output().unwrap();
    assert!(last.status.success(), "{}", told(&last));

    assert!(
        analysis.log(&cancelled).contains("resumed  after "),
        "it goes on where it was stopped"
    );

    let output = local.command(&["--jobs=2"]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(analysis.results(), local.results());
}

#[test]
#[ignore = "needs Slurm"]
fn an_array_that_slurm_refuses_hides_no_array_that_it_has_accepted() {
    // An array of 4 runs and one of 3: together, more than Slurm takes.
    let Some(cluster) = Cluster::start("MaxArraySize=4\nMaxJobCount=7\n") else { return };
    let analysis = Analysis::new();
    let submit = || {
        let output = analysis.on(&cluster, &[]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        told(&output)
    };
    let said = submit();
    let cancel = "status:    squeue -j 1; to cancel: scancel 1\n";
    assert!(said.contains("submitted 4 runs as job 1: ") && said.contains(cancel), "{said}");
    assert!(said.contains("error: sbatch: "), "{said}");
    assert_eq!(cluster.tasks("all").len(), 4);

    // The same command submits the others alone, which Slurm refuses again.
    let said = submit();
    assert!(!said.contains("submitted") && said.contains("error: sbatch: "), "{said}");
    assert_eq!(cluster.tasks("all").len(), 4);
    cluster.slurm("scancel", "1");
    cluster.wait_for("end", || cluster.tasks("PENDING,RUNNING,COMPLETING").is_empty());
}

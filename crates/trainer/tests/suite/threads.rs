//! The threads of a training share each batch, and its result is that of the whole batch.

use burn::{
    data::dataloader::DataLoader,
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    tensor::Tensor,
};
use data::Images;
use loader::{ImageLoader, Storage};
use run::{Backend, Settings};
use trainer::{
    device,
    gradients::{self, of_batch},
    loss::Loss,
    network::{self, Shape},
    team::Team,
};

use crate::support::{self, Run};

/// How far a gradient may be off, in parts of the largest of its tensor.
const GRADIENT: f32 = 1e-5;

#[test]
fn the_parts_of_a_batch_have_its_gradients_its_loss_and_its_logits_in_order() {
    for (backend, settings) in [
        (Backend::Flex, "hidden = [32]\nlayer_norm = true"),
        (Backend::Flex, "hidden = [32]\nlabel_smoothing = 0.1\nclass_weights = \"balanced\""),
        (Backend::Flex, "network = \"cnn\"\nfilters = [4, 5]\nhidden = [16]"),
        (Backend::Ndarray, "hidden = [32]\nclass_weights = \"balanced\""),
    ] {
        if !support::compiled().contains(&backend) {
            continue;
        }
        let config = toml::from_str::<Settings>(settings).unwrap().resolve().unwrap();
        let device = device::open(backend).unwrap().device.autodiff();
        let rows = skewed();
        let count = |class| rows.targets().iter().filter(|target| **target == class).count();
        let counts: Vec<_> = (0..10).map(count).collect();
        let network = network::config(&config, Shape::of(&rows)).unwrap().init(&device);
        let loss = Loss::init(&config, &counts, &device);
        // No number of threads but one divides it.
        let batches = ImageLoader::sequential(&rows, 61, Storage::Host, &device);
        let computed = |threads: usize| {
            let team = Team::of(threads).unwrap();
            let batch = batches.iter().next().unwrap().unwrap();
            of_batch(&network, &loss, batch, 5, threads, &team)
        };
        let (gradients, output) = computed(1);
        let expected = values(&network, &gradients);
        assert!(expected.iter().all(|tensor| tensor.iter().any(|value| *value != 0.0)));
        for threads in [2, 3, 100] {
            let (gradients, parts) = computed(threads);
            for (found, expected) in values(&network, &gradients).iter().zip(&expected) {
                let most = expected.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
                for (found, expected) in found.iter().zip(expected) {
                    let off = (found - expected).abs() / most;
                    assert!(off < GRADIENT, "{settings}, {threads} threads: off by {off}");
                }
            }
            let apart =
                |one: Tensor<2>, other: Tensor<2>| (one - other).abs().max().into_scalar::<f32>();
            assert!(apart(parts.logits, output.logits.clone()) < 1e-5, "{settings}");
            let losses = [parts.loss, output.loss.clone()].map(|loss| loss.unsqueeze());
            let [found, expected] = losses;
            assert!(apart(found, expected) < 1e-5, "{settings}");
            let targets = [parts.targets, output.targets.clone()].map(Tensor::into_data);
            assert_eq!(targets[0], targets[1]);
        }
    }
}

#[test]
fn with_two_threads_a_seed_decides_and_a_killed_run_goes_on_the_same() {
    for backend in support::compiled().into_iter().filter(|backend| !backend.is_gpu()) {
        let are_shared = backend == Backend::Flex;
        let flags = |threads: usize, epochs: usize| {
            format!(
                "--limit 3000 --hidden 512,32 --batch-size 200 --momentum 0.9 --dropout 0.3 \
                 --layer-norm --backend {backend} --threads {threads} --epochs {epochs}"
            )
        };
        let [whole, again, resumed, other] = [0; 4].map(|_| Run::new());
        whole.train_well(&flags(2, 4));
        again.train_well(&flags(2, 4)).assert_equals(&whole);
        resumed.train_well(&flags(2, 2));
        resumed.train_well("--resume --epochs 4").assert_equals(&whole);
        // What one thread draws and adds up is different, where threads share batches.
        other.train_well(&flags(1, 4));
        assert_eq!(other.history() != whole.history(), are_shared, "{backend}");
        let record = String::from_utf8(whole.read("run.toml")).unwrap();
        assert!(record.contains("threads = 2"), "{record}");
    }
}

#[test]
fn small_batches_are_not_cut() {
    let layers = |settings: &str| {
        let config = toml::from_str::<Settings>(settings).unwrap().resolve().unwrap();
        network::config(&config, Shape::of(&skewed())).unwrap().layers()
    };
    let (mlp, cnn) = (layers(""), layers("network = \"cnn\""));
    let parts = |batch: usize, threads: usize| {
        [&mlp, &cnn].map(|layers| gradients::parts(layers, batch, threads))
    };
    assert_eq!(parts(64, 2), [1, 2]);
    assert_eq!(parts(256, 2), [2, 2]);
    assert_eq!(parts(512, 16), [4, 16]);
    assert_eq!(parts(512, 1), [1, 1]);
    assert_eq!(parts(1, 2), [1, 1]);
}

#[test]
fn a_team_keeps_the_order_of_its_jobs_and_passes_on_their_panics() {
    let team = Team::of(3).unwrap();
    for round in 0..1_000 {
        let jobs: Vec<_> = (0..7).map(|job| move || round + job).collect();
        assert_eq!(team.join(jobs), Vec::from_iter(round..round + 7));
    }
    let failing: Vec<_> = (0..3).map(|job| move || assert!(job < 2, "job {job}")).collect();
    let joined = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| team.join(failing)));
    assert_eq!(joined.unwrap_err().downcast_ref::<String>().unwrap(), "job 2");
    assert_eq!(team.join(vec![|| 1, || 1, || 1]), [1; 3], "it goes on after that");
}

/// Rows of which few are sevens.
fn skewed() -> Images {
    let digits = data::ReadOptions::default()
        .read_cached(support::digits(), &support::cache())
        .unwrap()
        .labelled()
        .unwrap();
    let is_kept = |row: &usize| digits.targets()[*row] != 7 || row.is_multiple_of(10);
    digits.select(&(0..500).filter(is_kept).collect::<Vec<_>>())
}

/// The gradients of each tensor.
fn values(network: &model::Network, gradients: &GradientsParams) -> Vec<Vec<f32>> {
    struct Values<'a>(&'a GradientsParams, Vec<Vec<f32>>);
    impl ModuleVisitor for Values<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = self.0.get::<D>(param.id).unwrap().into_data();
            self.1.push(gradient.iter::<f32>().collect());
        }
    }
    let mut values = Values(gradients, Vec::new());
    network.visit(&mut values);
    values.1
}

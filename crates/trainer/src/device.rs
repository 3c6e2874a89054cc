//! Opens the device of a backend. Nothing outside this file knows one backend from another.

use burn::tensor::{Device, Tensor};
use host::panics;
use loader::Storage;
use run::Backend;

/// A device that works, and what to call it.
#[derive(Debug, Clone)]
pub struct ComputeDevice {
    /// The device, without autodiff.
    pub device: Device,
    /// Its name, for people.
    pub name: String,
    backend: Backend,
}

impl ComputeDevice {
    /// Where the pixels of batches come from, so that a step on this device is fastest.
    pub fn storage(&self) -> Storage {
        match self.backend {
            Backend::Flex | Backend::Ndarray => Storage::Host,
            Backend::Wgpu | Backend::Cuda => Storage::Device,
        }
    }

    /// Whether threads can train on it at the same time, and still give the same bytes each time:
    /// other backends draw dropout masks from one generator for all threads.
    pub fn takes_threads(&self) -> bool {
        self.backend == Backend::Flex
    }

    /// Whether a graphics driver found no graphics card and computes on the CPU, far slower than a
    /// CPU backend.
    pub fn is_emulated(&self) -> bool {
        ["llvmpipe", "SwiftShader", "Basic Render Driver"]
            .iter()
            .any(|driver| self.name.contains(driver))
    }
}

/// Why there is no device. Its text is one line and says what to do instead.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// This program was compiled without the backend.
    #[error(
        "this trainer was built without the {0} backend; start it with `cargo xtask train \
         --backend {0}`"
    )]
    NotCompiled(Backend),
    /// The machine has no device for the backend.
    #[error("no {backend} device: {reason}; use --backend flex, which runs on every CPU")]
    Missing {
        /// The backend.
        backend: Backend,
        /// The message of the backend.
        reason: String,
    },
    /// The device of the backend fails at a small sum.
    #[error("no working {0} device; use --backend flex, which runs on every CPU")]
    NotWorking(Backend),
}

/// Opens the backend's device, and computes something there to see that it works.
///
/// # Errors
/// The backend is not compiled in, or finds no device.
pub fn open(backend: Backend) -> Result<ComputeDevice, DeviceError> {
    let device = panics::caught(|| {
        let device = default_device(backend)?;
        Tensor::<1>::ones([2], &device).sum().try_into_scalar::<f32>().ok()?;
        Some(device)
    });
    match device {
        Ok(Some(device)) => Ok(ComputeDevice { name: name(&device), device, backend }),
        Ok(None) if !is_compiled(backend) => Err(DeviceError::NotCompiled(backend)),
        Ok(None) => Err(DeviceError::NotWorking(backend)),
        Err(reason) => Err(DeviceError::Missing { backend, reason }),
    }
}

fn is_compiled(backend: Backend) -> bool {
    match backend {
        Backend::Flex => cfg!(feature = "flex"),
        Backend::Ndarray => cfg!(feature = "ndarray"),
        Backend::Wgpu => cfg!(feature = "wgpu"),
        Backend::Cuda => cfg!(feature = "cuda"),
    }
}

/// The backend's default device, if the backend is compiled in.
fn default_device(backend: Backend) -> Option<Device> {
    match backend {
        #[cfg(feature = "flex")]
        Backend::Flex => Some(Device::flex()),
        #[cfg(feature = "ndarray")]
        #[expect(deprecated, reason = "Burn deprecates ndarray in favour of flex; we offer both")]
        Backend::Ndarray => Some(Device::ndarray()),
        #[cfg(feature = "wgpu")]
        Backend::Wgpu => Some(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
        #[cfg(feature = "cuda")]
        Backend::Cuda => Some(Device::cuda(burn::tensor::DeviceIndex::Default)),
        #[allow(unreachable_patterns, reason = "with all backends compiled in, none is left")]
        _ => None,
    }
}

#[cfg(feature = "gpu")]
fn name(device: &Device) -> String {
    device.identity().map_or_else(cpu_name, |identity| identity.name)
}

#[cfg(not(feature = "gpu"))]
fn name(_: &Device) -> String {
    cpu_name()
}

/// The processor's model, where the system tells; else its architecture.
fn cpu_name() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split_once(": "));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

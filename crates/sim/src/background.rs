//! Stand-ins for ordinary threads.

use std::future::Future;

use tokio::runtime::{Builder, Runtime};

use crate::{Center, Harbor, center, harbor};

/// A runtime in the background, on which ordinary threads run stand-ins. They end when it is dropped.
#[derive(Debug)]
pub struct Background {
    runtime: Option<Runtime>,
}

impl Background {
    /// Starts the runtime with two threads.
    pub fn start() -> anyhow::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("sim").enable_all().build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Starts a center ([`Center::start`]).
    pub fn center(&self, options: center::Options) -> anyhow::Result<Center> {
        self.run(Center::start(options))?
    }

    /// Starts a Harbor ([`Harbor::start`]).
    pub fn harbor(&self, options: harbor::Options) -> anyhow::Result<Harbor> {
        self.run(Harbor::start(options))?
    }

    /// Waits for something that the stand-ins do, such as [`Center::stop`].
    pub fn run<F: Future>(&self, future: F) -> anyhow::Result<F::Output> {
        let runtime = self.runtime.as_ref().ok_or_else(|| anyhow::anyhow!("the runtime has ended"))?;
        Ok(runtime.block_on(future))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

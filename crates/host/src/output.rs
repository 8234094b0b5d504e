//! What components print: line by line on the host's standard error, with the component's name in front.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

/// A line longer than this is broken, so that a component cannot fill the host's memory.
const LONGEST_LINE: usize = 64 * 1024;

/// One of an instance's outputs.
#[derive(Clone)]
pub(crate) struct Lines {
    component: Arc<str>,
    /// What has come since the last end of a line.
    begun: Arc<Mutex<Vec<u8>>>,
}

impl Lines {
    pub(crate) fn of(component: &Arc<str>) -> Self {
        Self { component: component.clone(), begun: Arc::default() }
    }

    fn write(&self, bytes: &[u8]) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            begun.extend_from_slice(part);
            if part.ends_with(b"\n") || begun.len() > LONGEST_LINE {
                eprintln!("{}: {}", self.component, String::from_utf8_lossy(&begun).trim_end());
                begun.clear();
            }
        }
    }
}

impl IsTerminal for Lines {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Lines {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Lines {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

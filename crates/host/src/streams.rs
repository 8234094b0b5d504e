//! Streams from the host to a component.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::mpsc;
use wasmtime::StoreContextMut;
use wasmtime::component::{Destination, StreamProducer, StreamResult, VecBuffer};

/// So many items at most go over at once.
const AT_ONCE: usize = 128;

/// Hands on what comes through a channel, until its sender is gone.
pub(crate) struct ReceivedItems<I>(pub(crate) mpsc::Receiver<I>);

impl<D, I> StreamProducer<D> for ReceivedItems<I>
where
    I: Send + Sync + 'static,
{
    type Item = I;
    type Buffer = VecBuffer<I>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, I, VecBuffer<I>>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        // A read of nothing asks whether something is there, which a channel cannot tell without taking it out.
        if destination.remaining(&mut store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        let mut items = Vec::new();
        let received = self.0.poll_recv_many(context, &mut items, AT_ONCE);
        if received.is_pending() && finish {
            return Poll::Ready(Ok(StreamResult::Cancelled));
        }
        if ready!(received) == 0 {
            return Poll::Ready(Ok(StreamResult::Dropped));
        }
        destination.set_buffer(items.into());
        Poll::Ready(Ok(StreamResult::Completed))
    }
}

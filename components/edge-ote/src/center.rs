//! HTTP to the OTE center: time-outs, retries and what its answers mean for a call as a whole.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use futures::future::{Either, select};
use http_body_util::BodyDataStream;
use spin_sdk::http::body::IncomingBodyExt;
use spin_sdk::http::{FullBody, Request, Response, StatusCode};
use spin_sdk::time::sleep;
use spin_sdk::wasip3::http::types::Response as Incoming;
use spin_sdk::wasip3::http_compat::IncomingBody;

use crate::answer::{Answer, broken, may_pass, silent};
use crate::bindings::shim::Error;
use crate::settings::Settings;

/// The longest a call may take in all; only watches may take longer.
const CALL: Duration = Duration::from_mins(1);
/// A call that came to nothing is repeated so often; all are idempotent, a command by its name.
const RETRIES: u32 = 2;
/// More than a page of a list or a full command ever has.
const LARGEST_BODY: usize = 64 << 20;

/// The OTE center that the variables name.
pub(crate) struct Center {
    settings: &'static Settings,
}

/// One request, which may be sent several times.
pub(crate) struct Call<'a> {
    pub(crate) method: &'static str,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) body: Option<&'a str>,
    pub(crate) accept: &'static str,
}

/// An answer that is read as it comes.
pub(crate) struct Stream {
    body: BodyDataStream<IncomingBody<Incoming>>,
    /// The longest silence before the answer counts as lost.
    pub(crate) timeout: Duration,
}

/// What comes next of a [`Stream`].
pub(crate) enum Next {
    Chunk(Bytes),
    Silence,
    End,
}

impl<'a> Call<'a> {
    /// A read.
    pub(crate) fn get(target: String) -> Self {
        Self { method: "GET", target, body: None, accept: "application/json" }
    }

    /// A deletion.
    pub(crate) fn delete(target: String) -> Self {
        Self { method: "DELETE", target, body: None, accept: "application/json" }
    }

    /// A creation.
    pub(crate) fn post(target: &str, body: &'a str) -> Self {
        Self { method: "POST", target: target.to_owned(), body: Some(body), accept: "application/json" }
    }
}

impl Center {
    /// `invalid` where a variable is missing or broken.
    pub(crate) async fn get() -> Result<Self, Error> {
        Ok(Self { settings: Settings::get().await? })
    }

    /// Sends a call, up to two times more where the center broke or was not there. Silence is not repeated: who waits
    /// has waited long enough.
    pub(crate) async fn send(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let deadline = Instant::now() + CALL;
        let mut retries = 0;
        loop {
            let result = self.attempt(call, deadline).await;
            if retries == RETRIES || !may_pass(&result) || deadline <= Instant::now() {
                return result.and_then(Answer::unless_broken);
            }
            retries += 1;
            sleep(pause(retries)).await;
        }
    }

    /// Begins a watch.
    pub(crate) async fn watch(&self, target: String) -> Result<Stream, Error> {
        let timeout = self.settings.timeout;
        let response = self.head(&Call::get(target), timeout).await?;
        let status = response.status();
        let mut stream = Stream { body: response.into_body().stream(), timeout };
        if status == StatusCode::OK {
            return Ok(stream);
        }
        let body = stream.read(Instant::now() + CALL).await?;
        Err(Answer { status, body }.unless_broken().map_or_else(|error| error, |answer| answer.refused("watch")))
    }

    async fn attempt(&self, call: &Call<'_>, deadline: Instant) -> Result<Answer, Error> {
        let left = deadline.saturating_duration_since(Instant::now());
        let response = self.head(call, self.settings.timeout.min(left)).await?;
        let status = response.status();
        let mut stream = Stream { body: response.into_body().stream(), timeout: self.settings.timeout };
        Ok(Answer { status, body: stream.read(deadline).await? })
    }

    /// Sends the request and waits for the answer's first line.
    async fn head(&self, call: &Call<'_>, timeout: Duration) -> Result<Response, Error> {
        let body = FullBody::new(Bytes::copy_from_slice(call.body.unwrap_or_default().as_bytes()));
        let mut request = Request::<()>::builder()
            .method(call.method)
            .uri(format!("{}{}", self.settings.url, call.target))
            .header("accept", call.accept);
        if !self.settings.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.settings.token));
        }
        if call.body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let request = request
            .body(body)
            .map_err(|_| Error::Invalid("no request to the OTE center can be made of it".to_owned()))?;
        within(timeout, spin_sdk::http::send(request)).await.ok_or_else(silent)?.map_err(|code| broken(&code))
    }
}

impl Stream {
    /// What comes within a time.
    pub(crate) async fn next(&mut self, patience: Duration) -> Result<Next, Error> {
        match within(patience, self.body.next()).await {
            None => Ok(Next::Silence),
            Some(None) => Ok(Next::End),
            Some(Some(Ok(chunk))) => Ok(Next::Chunk(chunk)),
            Some(Some(Err(code))) => Err(broken(&code)),
        }
    }

    async fn read(&mut self, deadline: Instant) -> Result<Bytes, Error> {
        let mut body = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.next(self.timeout.min(left)).await? {
                Next::Chunk(chunk) => body.extend_from_slice(&chunk),
                Next::Silence => return Err(silent()),
                Next::End => return Ok(body.into()),
            }
            if body.len() > LARGEST_BODY {
                return Err(Error::Unreachable("the OTE center's answer is too large".to_owned()));
            }
        }
    }
}

/// 100 to 200 ms, then twice that: callers that failed together do not come back together.
fn pause(retry: u32) -> Duration {
    let jitter = getrandom::u32().unwrap_or(0) % 100;
    Duration::from_millis(u64::from(retry * (100 + jitter)))
}

async fn within<F: Future>(patience: Duration, work: F) -> Option<F::Output> {
    match select(std::pin::pin!(work), std::pin::pin!(sleep(patience))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

//! HTTP to Harbor: time-outs and retries. No cookie is kept or sent: a write that carries Harbor's own is a 403.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use futures::future::{Either, select};
use http::{StatusCode, header};
use spin_sdk::http::body::IncomingBodyExt;
use spin_sdk::http::{FullBody, Request, Response};
use spin_sdk::time::sleep;
use spin_sdk::wasip3::http::types::ErrorCode;

use crate::call::{Answer, Call};
use crate::{Error, Harbor, Login};

/// The longest a call may take in all.
const CALL: Duration = Duration::from_mins(1);
/// A read that came to nothing is repeated so often.
const RETRIES: u32 = 2;
/// More than a page of 100 rows ever has.
const LARGEST_BODY: usize = 16 << 20;

impl Harbor {
    /// Sends a call as somebody, or as nobody. A read is sent up to two times more where Harbor broke or was not there;
    /// silence is not repeated: who waits has waited long enough.
    pub(crate) async fn send(&self, login: Option<&Login>, call: &Call) -> Result<Answer, Error> {
        let deadline = Instant::now() + CALL;
        let mut retries = 0;
        loop {
            let result = self.attempt(login, call, deadline).await;
            if retries == RETRIES || !call.is_repeatable() || !may_pass(&result) || deadline <= Instant::now() {
                return result;
            }
            retries += 1;
            sleep(pause(retries)).await;
        }
    }

    async fn attempt(&self, login: Option<&Login>, call: &Call, deadline: Instant) -> Result<Answer, Error> {
        let request = self.request(login, call)?;
        let response = self.within(deadline, spin_sdk::http::send(request)).await?.map_err(|code| broken(&code))?;
        let (status, total) =
            (response.status(), header(&response, "x-total-count").and_then(|text| text.parse().ok()));
        let created = header(&response, "location").and_then(|text| text.rsplit('/').next()?.parse().ok());
        Ok(Answer { status, total, created, body: self.read_body(response, deadline).await? })
    }

    fn request(&self, login: Option<&Login>, call: &Call) -> Result<Request<FullBody<Bytes>>, Error> {
        let mut request = Request::<()>::builder()
            .method(call.method.as_str())
            .uri(format!("{}/api/v2.0{}", self.url()?, call.target))
            .header(header::ACCEPT, "application/json");
        if let Some(login) = login {
            request = request.header(header::AUTHORIZATION, login.basic());
        }
        if call.by_name {
            request = request.header("x-is-resource-name", "true");
        }
        // Any other media type, also none at all, is a 422.
        if call.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = call.body.as_ref().map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        request.body(FullBody::new(body)).map_err(|_| Error::Unreachable("no request can be made of it".to_owned()))
    }

    async fn read_body(&self, response: Response, deadline: Instant) -> Result<Bytes, Error> {
        let mut stream = response.into_body().stream();
        let mut body = Vec::new();
        while let Some(chunk) = self.within(deadline, stream.next()).await? {
            body.extend_from_slice(&chunk.map_err(|code| broken(&code))?);
            if body.len() > LARGEST_BODY {
                return Err(Error::Unreachable("Harbor's answer is too large".to_owned()));
            }
        }
        Ok(body.into())
    }

    /// Waits for something no longer than for the longest silence, and not beyond the call's end.
    async fn within<F: Future>(&self, deadline: Instant, work: F) -> Result<F::Output, Error> {
        let patience = self.timeout.min(deadline.saturating_duration_since(Instant::now()));
        match select(std::pin::pin!(work), std::pin::pin!(sleep(patience))).await {
            Either::Left((output, _)) => Ok(output),
            Either::Right(_) => Err(Error::Silent),
        }
    }
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

/// Whether the same call may fare better in a moment.
fn may_pass(result: &Result<Answer, Error>) -> bool {
    match result {
        Ok(answer) => answer.status.is_server_error() || answer.status == StatusCode::TOO_MANY_REQUESTS,
        Err(error) => matches!(error, Error::Unreachable(_)),
    }
}

/// 100 to 200 ms, then twice that: callers that failed together do not come back together.
fn pause(retry: u32) -> Duration {
    let jitter = getrandom::u32().unwrap_or(0) % 100;
    Duration::from_millis(u64::from(retry * (100 + jitter)))
}

/// Why the host could not carry a call, or its answer, to the end.
fn broken(code: &ErrorCode) -> Error {
    match code {
        ErrorCode::DnsTimeout
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => Error::Silent,
        ErrorCode::HttpRequestDenied => Error::Denied,
        ErrorCode::DnsError(_) => Error::Unreachable("Harbor's name cannot be resolved".to_owned()),
        ErrorCode::ConnectionRefused => Error::Unreachable("Harbor refuses connections".to_owned()),
        ErrorCode::TlsProtocolError | ErrorCode::TlsCertificateError | ErrorCode::TlsAlertReceived(_) => {
            Error::Unreachable("no TLS connection to Harbor comes about".to_owned())
        }
        _ => Error::Unreachable("the connection to Harbor broke".to_owned()),
    }
}

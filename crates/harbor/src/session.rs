//! Whom Harbor takes us for (docs/contracts/harbor.md, Who is asking).

use std::time::{Duration, Instant};

use futures::StreamExt;
use spin_sdk::time::sleep;

use crate::call::{Answer, Call};
use crate::{Error, Harbor, Login};

/// A wrong password's own answer takes 1.5 s at least. A 401 that comes sooner is the freeze after somebody's.
const SLOW: Duration = Duration::from_millis(1_400);

/// A freeze is over by then.
const FREEZE: Duration = Duration::from_millis(1_600);

/// So many calls are made at a time: each costs Harbor a password's check, 0.12 s of its CPU.
const AT_ONCE: usize = 4;

/// Somebody who asks Harbor.
pub struct Session<'a> {
    pub(crate) harbor: &'a Harbor,
    /// Nobody asks what is public.
    pub(crate) login: Option<Login>,
    /// It is the administrator's, whose failures are not the caller's.
    pub(crate) administers: bool,
}

impl Session<'_> {
    /// Makes a call; what comes back is a success.
    pub(crate) async fn call(&self, call: &Call) -> Result<Answer, Error> {
        let begin = Instant::now();
        let mut answer = self.harbor.send(self.login.as_ref(), call).await?;
        if self.login.is_some() && answer.status == 401 && begin.elapsed() < SLOW {
            sleep(FREEZE).await;
            let again = Instant::now();
            answer = self.harbor.send(self.login.as_ref(), call).await?;
            if answer.status == 401 && again.elapsed() < SLOW {
                return Err(self.denied(Error::Frozen, 401));
            }
        }
        match answer.status.as_u16() {
            401 if self.login.is_some() => Err(self.denied(Error::Stale, 401)),
            403 if self.administers => Err(Error::Administrator(403)),
            _ => call.judge(answer),
        }
    }

    /// Makes several calls. The results are in their order, and fewer where Harbor is away or does not know the login: then the
    /// rest would fare no better.
    pub(crate) async fn each(&self, calls: Vec<Call>) -> Vec<Result<Answer, Error>> {
        let works = calls.into_iter().map(|call| Box::pin(async move { self.call(&call).await }));
        let mut answers = futures::stream::iter(works).buffered(AT_ONCE);
        let mut results = Vec::new();
        while let Some(result) = answers.next().await {
            let goes_on = result.as_ref().err().is_none_or(Error::is_refusal);
            results.push(result);
            if !goes_on {
                break;
            }
        }
        results
    }

    fn denied(&self, of_account: Error, status: u16) -> Error {
        if self.administers { Error::Administrator(status) } else { of_account }
    }
}

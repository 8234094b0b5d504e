//! Logins beside another route: while 20 log in at once, the other route's median stays within three times its quiet value
//! and its 99th percentile within quiet plus 1.5 hashes (docs/design.md, Remote work).
//!
//! ```text
//! cargo run -p otestack-tests --example logins -- --base-url http://127.0.0.1:3000 --password …
//! ```
//!
//! Figures mean something on a server built for speed (`cargo run --profile host -p host`, or Spin), on a machine that does
//! nothing else. The exit code is 1 where a goal is missed.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use serde_json::{Value, json};
use ureq::Agent;

/// Measures a route of another component beside logins.
#[derive(Debug, Parser)]
struct Options {
    /// The server, without a path.
    #[arg(long)]
    base_url: String,
    /// A user who may ask the route.
    #[arg(long, default_value = "admin")]
    user: String,
    /// The user's password.
    #[arg(long, env = "SPIN_VARIABLE_SUPER_ADMIN_PASSWORD", hide_env_values = true)]
    password: String,
    /// The other route, which is read.
    #[arg(long, default_value = "/v1/business")]
    route: String,
    /// So many log in at once.
    #[arg(long, default_value_t = 20)]
    parallel: u32,
    /// Each of the two measurements takes so many seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// How long requests took, sorted.
struct Times(Vec<Duration>);

impl Times {
    fn new(mut times: Vec<Duration>) -> anyhow::Result<Self> {
        ensure!(!times.is_empty(), "not one request was answered");
        times.sort_unstable();
        Ok(Self(times))
    }

    /// So many of a hundred took at most so long.
    fn percentile(&self, percent: usize) -> Duration {
        self.0[(self.0.len() * percent).div_ceil(100).saturating_sub(1)]
    }

    fn show(&self, what: &str) {
        let (median, p99) = (self.percentile(50), self.percentile(99));
        println!("{what:<28} median {median:>9.2?}   p99 {p99:>9.2?}   ({} requests)", self.0.len());
    }
}

/// Asks the server.
struct Client<'a> {
    agent: Agent,
    options: &'a Options,
}

impl<'a> Client<'a> {
    /// With connections of its own.
    fn new(options: &'a Options) -> Self {
        Self { agent: Agent::config_builder().http_status_as_error(false).build().into(), options }
    }

    /// A new token; `None` where the server has too many passwords to check.
    fn log_in(&self) -> anyhow::Result<Option<String>> {
        let login = json!({"user": self.options.user, "password": self.options.password});
        let url = format!("{}/v1/authorization", self.options.base_url);
        let mut answer = self.agent.post(url).send_json(login).context("a login")?;
        let body: Value = answer.body_mut().read_json().context("a login's answer")?;
        match answer.status().as_u16() {
            200 => Ok(body["token"].as_str().map(str::to_owned)),
            429 => Ok(None),
            status => anyhow::bail!("a login was answered {status}: {}", body["message"]),
        }
    }

    /// How long the other route took, again and again for the time of a measurement.
    fn measure(&self, token: &str) -> anyhow::Result<Times> {
        let url = format!("{}{}", self.options.base_url, self.options.route);
        let (begin, mut times) = (Instant::now(), Vec::new());
        while begin.elapsed() < Duration::from_secs(self.options.seconds) {
            let asked = Instant::now();
            let mut answer = self.agent.get(&url).header("authorization", token).call().context("the other route")?;
            answer.body_mut().read_to_string().context("the other route's answer")?;
            ensure!(answer.status() == 200, "the other route was answered {}", answer.status());
            times.push(asked.elapsed());
        }
        Times::new(times)
    }
}

/// Logins one after the other: how long one takes.
fn single_logins(options: &Options) -> anyhow::Result<Times> {
    let client = Client::new(options);
    let log_in = |_| {
        let begin = Instant::now();
        client.log_in()?.context("a login alone was answered 429")?;
        Ok(begin.elapsed())
    };
    Times::new((0..20).map(log_in).collect::<anyhow::Result<_>>()?)
}

/// The other route while many log in, and how many of them got a token or were told to come back later.
fn beside_logins(options: &Options, token: &str) -> anyhow::Result<(Times, u32, u32)> {
    let (over, done, later) = (AtomicBool::new(false), AtomicU32::new(0), AtomicU32::new(0));
    let times = thread::scope(|scope| {
        let log_in = || -> anyhow::Result<()> {
            let client = Client::new(options);
            while !over.load(Ordering::Relaxed) {
                let count = if client.log_in()?.is_some() { &done } else { &later };
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        let logins: Vec<_> = (0..options.parallel).map(|_| scope.spawn(log_in)).collect();
        let times = Client::new(options).measure(token);
        over.store(true, Ordering::Relaxed);
        for login in logins {
            login.join().map_err(|_| anyhow::anyhow!("a login's thread panicked"))??;
        }
        times
    })?;
    Ok((times, done.into_inner(), later.into_inner()))
}

fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    let client = Client::new(&options);
    let token = client.log_in()?.context("the server has too many passwords to check already")?;
    client.measure(&token)?; // Whatever starts with the first requests has started.

    let quiet = client.measure(&token)?;
    let single = single_logins(&options)?;
    let (busy, done, later) = beside_logins(&options, &token)?;
    // Besides the hash a login does about as much as any request.
    let hash = single.percentile(50).saturating_sub(quiet.percentile(50));

    quiet.show(&options.route);
    single.show("a login alone");
    busy.show(&format!("beside {} parallel logins", options.parallel));
    println!("logins meanwhile             {done} done, {later} told to come back later");

    let median = (busy.percentile(50), quiet.percentile(50) * 3);
    let p99 = (busy.percentile(99), quiet.percentile(99) + hash * 3 / 2);
    let mut all_met = true;
    for (goal, (is, most)) in [("median within 3 × quiet", median), ("p99 within quiet + 1.5 hashes", p99)] {
        let verdict = if is <= most { "met" } else { "MISSED" };
        println!("{goal:<31} {is:.2?} of {most:.2?}: {verdict}");
        all_met &= is <= most;
    }
    Ok(if all_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

//! A client that acts as one user.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;

use crate::answer::Answer;

/// So long somebody tries again who was told to come back later: passwords are hashed one at a time
/// (docs/design.md, Remote work).
const PATIENCE: Duration = Duration::from_mins(1);

/// The longest that an endpoint may take: labelling nodes gives up after 60 s (docs/semantics.md, Clusters and nodes).
const LONGEST: Duration = Duration::from_secs(70);

/// More bytes than a connection takes without being read.
const LARGE: usize = 64 * 1024;

/// Somebody who asks the API.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    token: Option<String>,
    /// Where the server's output is, to show when something breaks.
    output: PathBuf,
}

impl Client {
    pub(crate) fn new(url: &str, output: PathBuf) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(LONGEST)).max_redirects(0);
        Self { agent: config.build().into(), url: url.to_owned(), token: None, output }
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The token that it presents.
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("somebody who has logged in")
    }

    /// Asks with `GET`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send()
    }

    /// Asks with `POST` and a JSON body.
    #[track_caller]
    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.request("POST", path).json(&body).send()
    }

    /// Asks with `PUT` and a JSON body.
    #[track_caller]
    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.request("PUT", path).json(&body).send()
    }

    /// Asks with `DELETE` and no body.
    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path).send()
    }

    /// Asks with `DELETE` and a JSON body.
    #[track_caller]
    pub fn delete_with(&self, path: &str, body: Value) -> Answer {
        self.request("DELETE", path).json(&body).send()
    }

    /// A request to be completed.
    pub fn request<'a>(&'a self, method: &str, path: &str) -> Request<'a> {
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", token);
        }
        Request { client: self, line: format!("{method} {path}"), head: request, body: None }
    }
}

/// A request that is not sent yet.
#[derive(Debug)]
pub struct Request<'a> {
    client: &'a Client,
    line: String,
    head: http::request::Builder,
    body: Option<Vec<u8>>,
}

impl Request<'_> {
    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.head = self.head.header(name, value);
        self
    }

    /// With a body of any kind. A large one is only sent once the server asks for it: one that refuses it by its length
    /// may end the connection before it is through.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        if body.len() > LARGE {
            self = self.header("expect", "100-continue");
        }
        self.body = Some(body);
        self
    }

    /// With a JSON body, declared as one.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// Sends it, again after a while as long as it is told to come back later.
    #[track_caller]
    pub fn send(self) -> Answer {
        let begin = Instant::now();
        loop {
            let answer = self.send_once();
            if answer.status() != 429 || begin.elapsed() > PATIENCE {
                return answer;
            }
            std::thread::sleep(Duration::from_secs(answer.retry_after()));
        }
    }

    /// Sends it once, whatever the answer.
    #[track_caller]
    pub fn send_once(&self) -> Answer {
        let mut request = http::Request::new(());
        *request.method_mut() = self.head.method_ref().cloned().unwrap_or_default();
        *request.uri_mut() = self.head.uri_ref().cloned().unwrap_or_default();
        *request.headers_mut() = self.head.headers_ref().cloned().expect("a well-formed request");
        let agent = &self.client.agent;
        let response = match &self.body {
            Some(body) => agent.run(request.map(|()| body)),
            None => agent.run(request),
        };
        let response = response.unwrap_or_else(|error| panic!("{}: no answer: {error}", self.line));
        Answer::check(&self.line, response, &self.client.output)
    }
}

//! Does itself what each request asks for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use spin_sdk::http::{IntoResponse, Request};

/// How many requests this instance has served.
static SERVED: AtomicUsize = AtomicUsize::new(0);

#[spin_sdk::http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let served = SERVED.fetch_add(1, Ordering::Relaxed) + 1;
    let (name, with) = host_guests::asked(&request);
    let done = match name.as_str() {
        "served" => Ok(served.to_string()),
        "headers" => Ok(headers(&request)),
        "fetch" => host_guests::fetch(&with).await,
        "status" => host_guests::status(&with).await,
        "abort" => std::process::abort(),
        "variable" => host_guests::variable(&with).await,
        "open" => host_guests::open(&with).await,
        "query" => host_guests::query(&with).await,
        "keep" => host_guests::keep(&with).await,
        "environment" => std::env::var(&with).map_err(|error| error.to_string()),
        "slow" => slow(&with).await,
        "later" => Ok(later(with)),
        "say" => Ok(say(&with)),
        _ => Err("unknown".to_owned()),
    };
    done.unwrap_or_else(|error| format!("denied: {error}"))
}

/// All headers as they came, one a line.
fn headers(request: &Request) -> String {
    let line = |(name, value): (&_, &spin_sdk::http::HeaderValue)| {
        format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))
    };
    let mut lines: Vec<String> = request.headers().iter().map(line).collect();
    lines.push(format!("uri: {}", request.uri()));
    lines.join("\n")
}

/// Answers after so many milliseconds.
async fn slow(milliseconds: &str) -> Result<String, String> {
    let milliseconds = milliseconds.parse().map_err(|_| "not a number".to_owned())?;
    spin_sdk::time::sleep(Duration::from_millis(milliseconds)).await;
    Ok("slept".to_owned())
}

/// Answers at once, and runs the statement half a second later.
fn later(statement: String) -> String {
    spin_sdk::wit_bindgen::spawn(async move {
        spin_sdk::time::sleep(Duration::from_millis(500)).await;
        if let Err(error) = host_guests::query(&statement).await {
            eprintln!("{error}");
        }
    });
    "later".to_owned()
}

/// Writes to both of a program's outputs.
fn say(text: &str) -> String {
    println!("out: {text}");
    eprintln!("err: {text}");
    "said".to_owned()
}

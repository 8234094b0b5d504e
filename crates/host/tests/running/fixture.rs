//! A running host, and what its tests ask it.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The folder of the compiled guests, which are built the first time somebody asks.
static GUESTS: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "build",
        "--quiet",
        "--package",
        "host-guests",
        "--examples",
        "--release",
        "--target",
        "wasm32-wasip2",
    ]);
    let status = cargo.arg("--target-dir").arg(target).current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap();
    assert!(status.success(), "the guests were not built");
    target.join("wasm32-wasip2/release/examples")
});

/// A folder with a manifest: two lines that each has, and the given text, in which `GUESTS` is the guests' folder.
pub(crate) fn manifest(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("spin_manifest_version = 2\n[application]\nname = \"test\"\n{text}");
    std::fs::write(folder.path().join("spin.toml"), text.replace("GUESTS", GUESTS.to_str().unwrap())).unwrap();
    folder
}

/// The host's binary, about to serve the manifest of a folder on any free port.
pub(crate) fn host(folder: &Path) -> Command {
    host_on(folder, "127.0.0.1:0")
}

/// The host's binary, about to serve the manifest of a folder on an address.
pub(crate) fn host_on(folder: &Path, address: &str) -> Command {
    let mut host = Command::new(env!("CARGO_BIN_EXE_host"));
    host.current_dir(folder).args(["--listen", address]).stdin(Stdio::null());
    host.stdout(Stdio::piped()).stderr(Stdio::piped());
    host
}

/// What the host says when it does not start.
pub(crate) fn refusal(text: &str, flags: &[&str]) -> String {
    let folder = manifest(text);
    let output = host(folder.path()).args(flags).output().unwrap();
    assert!(!output.status.success(), "it has started");
    String::from_utf8(output.stderr).unwrap()
}

/// A host that serves.
pub(crate) struct Running {
    process: Child,
    pub(crate) url: String,
    /// What it printed at its start.
    pub(crate) said: String,
    errors: Arc<Mutex<String>>,
    /// Ends when the process has and all its errors are read.
    reader: Option<JoinHandle<()>>,
    /// Kept as long as the host runs.
    folder: Option<TempDir>,
}

impl Running {
    /// Starts a host on a manifest (see `manifest`) with variables, as `NAME`, in its environment.
    pub(crate) fn with(text: &str, variables: &[(&str, &str)]) -> Self {
        let folder = manifest(text);
        let mut host = host(folder.path());
        host.envs(variables.iter().map(|(name, value)| (format!("SPIN_VARIABLE_{name}"), value)));
        let mut running = Self::start(&mut host);
        running.folder = Some(folder);
        running
    }

    /// Starts a host and waits until it serves.
    pub(crate) fn start(host: &mut Command) -> Self {
        let mut process = host.spawn().unwrap();
        let errors = Arc::new(Mutex::new(String::new()));
        let (stderr, kept) = (process.stderr.take().unwrap(), errors.clone());
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                writeln!(kept.lock().unwrap(), "{line}").unwrap();
            }
        });
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let reader = Some(reader);
        let mut running = Self { process, url: String::new(), said: String::new(), errors, reader, folder: None };
        for line in lines {
            writeln!(running.said, "{line}").unwrap();
            if let Some(url) = line.strip_prefix("Serving on ") {
                url.clone_into(&mut running.url);
            }
            if line.starts_with("Data: ") {
                return running;
            }
        }
        panic!("it did not start: {}", running.errors.lock().unwrap());
    }

    /// The status and text of the answer to GET.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.get_with(path, &[])
    }

    /// The status and text of the answer to GET with headers.
    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request = agent.get(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    /// The text of a good answer.
    pub(crate) fn text(&self, path: &str) -> String {
        let (status, text) = self.get(path);
        assert_eq!(status, 200, "{path}: {text}");
        text
    }

    /// Waits until the host's standard error contains a text.
    pub(crate) fn wait_for_error(&self, text: &str) {
        let end = Instant::now() + Duration::from_secs(5);
        while !self.errors.lock().unwrap().contains(text) {
            assert!(Instant::now() < end, "no \"{text}\" in: {}", self.errors.lock().unwrap());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends a signal, as `kill` names it.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Tells the host to stop; all that its standard error contains once it has.
    pub(crate) fn stopped(mut self) -> String {
        self.signal("TERM");
        assert!(self.ended().success());
        self.reader.take().unwrap().join().unwrap();
        std::mem::take(&mut *self.errors.lock().unwrap())
    }

    /// Waits for the process to end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A server that answers everything with `done`; its base URL.
pub(crate) fn elsewhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\ndone");
        }
    });
    url
}

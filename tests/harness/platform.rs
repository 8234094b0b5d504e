//! A platform: the server, and the stand-ins for its remote sides.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use sim::{Background, Center, Harbor, center, harbor};

use crate::built;
use crate::client::Client;
use crate::fleet::fleet;
use crate::process::{Ending, Process};
use crate::setup::{SECRETS, Setup, free_port};

/// A server that was never started in this target folder compiles its components first.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running platform. It ends when this is dropped; the shared one with the process.
pub struct Platform {
    // In the order in which they end.
    server: Process,
    /// The OTE center behind it.
    pub center: Center,
    _harbor: Harbor,
    _background: Background,
    command: Vec<PathBuf>,
    variables: Vec<(String, String)>,
    output: PathBuf,
    url: String,
    pub(crate) administrator: OnceLock<Client>,
}

/// The platform that tests share, started by whoever comes first.
pub fn platform() -> &'static Platform {
    static SHARED: OnceLock<Platform> = OnceLock::new();
    SHARED.get_or_init(|| Setup::new("shared").clusters(fleet()).start())
}

impl Setup {
    /// Starts it, and waits until it serves. No component has been asked anything by then.
    pub fn start(mut self) -> Platform {
        let background = Background::start().expect("threads can be started");
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let center = background.center(center::Options {
            listen: any_port,
            token: secret("center_token"),
            state: None,
            clusters: std::mem::take(&mut self.clusters),
        });
        let harbor = background.harbor(harbor::Options {
            listen: any_port,
            admin_user: "admin".to_owned(),
            admin_password: secret("harbor_admin_password"),
            state: None,
        });
        let center = center.expect("the stand-in of the OTE center starts");
        let harbor = harbor.expect("the stand-in of Harbor starts");
        // Unless the test has others in mind.
        self.variables.entry("center_url".to_owned()).or_insert_with(|| center.url());
        self.variables.entry("harbor_url".to_owned()).or_insert_with(|| harbor.url());
        let listen = format!("127.0.0.1:{}", free_port());
        let mut command = built::server();
        command.extend(["--from".into(), self.write_manifest(), "--listen".into(), listen.as_str().into()]);
        command.extend(["--state-dir".into(), self.folder.join("state")]);
        let environment = |(name, value): (&String, &String)| (variable_name(name), value.clone());
        let variables: Vec<_> = self.variables.iter().map(environment).collect();
        let output = self.folder.join("output.log");
        let server = Process::start(&command, &variables, &output);
        let url = format!("http://{listen}");
        let administrator = OnceLock::new();
        let mut platform = Platform {
            server,
            center,
            _harbor: harbor,
            _background: background,
            command,
            variables,
            output,
            url,
            administrator,
        };
        platform.wait_until_it_serves();
        platform
    }
}

impl Platform {
    /// Ends the server and starts it again, at the same address with the same data.
    pub fn restart(&mut self, ending: Ending) {
        self.server.end(ending);
        self.server = Process::start(&self.command, &self.variables, &self.output);
        self.wait_until_it_serves();
    }

    /// The server's address, without a path.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the server's output is.
    pub(crate) fn output(&self) -> &Path {
        &self.output
    }

    fn wait_until_it_serves(&mut self) {
        let begin = Instant::now();
        // Nobody owns this path: the manifest itself answers.
        while ureq::get(&self.url).config().http_status_as_error(false).build().call().is_err() {
            self.server.check();
            assert!(begin.elapsed() < PATIENCE, "the server does not serve: {}", crate::process::tail(&self.output));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn variable_name(name: &str) -> String {
    format!("SPIN_VARIABLE_{}", name.to_uppercase())
}

fn secret(name: &str) -> String {
    SECRETS.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()).expect("a known secret")
}

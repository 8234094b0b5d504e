//! A platform: the server, and the stand-ins for its remote sides.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use sim::{Background, Center, Harbor, center, harbor};

use crate::client::Client;
use crate::fleet::fleet;
use crate::process::{Ending, Launch, Process, tail};
use crate::setup::{SECRETS, Setup, free_address};
use crate::wait::eventually;

/// A server that was never started in this target folder compiles its components first.
const PATIENCE: Duration = Duration::from_mins(5);

/// A running platform. It ends when this is dropped; the shared one with the process.
pub struct Platform {
    // In the order in which they end.
    server: Process,
    /// The OTE center behind it.
    pub center: Center,
    /// Harbor behind it.
    pub harbor: Harbor,
    _background: Background,
    launch: Launch,
    address: SocketAddr,
    pub(crate) administrator: OnceLock<Client>,
}

/// The platform that tests share, started by whoever comes first.
pub fn platform() -> &'static Platform {
    static SHARED: OnceLock<Platform> = OnceLock::new();
    SHARED.get_or_init(|| Setup::new("shared").clusters(fleet()).start())
}

impl Setup {
    /// Starts it, and waits until it serves. No component has been asked anything by then.
    pub fn start(self) -> Platform {
        let background = Background::start().expect("threads can be started");
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let center = background.center(center::Options {
            listen: any_port,
            token: secret("center_token"),
            state: None,
            clusters: self.clusters.clone(),
        });
        let harbor = background.harbor(harbor::Options {
            listen: any_port,
            admin_user: "admin".to_owned(),
            admin_password: secret("harbor_admin_password"),
            state: None,
        });
        let center = center.expect("the stand-in of the OTE center starts");
        let harbor = harbor.expect("the stand-in of Harbor starts");
        let address = free_address();
        let launch = self.launch(address, &center.url(), &harbor.url());
        let server = launch.start();
        let administrator = OnceLock::new();
        let mut platform = Platform { server, center, harbor, _background: background, launch, address, administrator };
        platform.wait_until_it_serves();
        platform
    }
}

impl Platform {
    /// Ends the server and starts it again, at the same address with the same data.
    pub fn restart(&mut self, ending: Ending) {
        self.server.end(ending);
        // One that was killed may hold it for another moment.
        eventually("the address is free again", PATIENCE, || TcpListener::bind(self.address).ok());
        self.server = self.launch.start();
        self.wait_until_it_serves();
    }

    /// The server's base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many SQL statements a component has begun, where they are logged (`Setup::logging_statements`).
    pub fn statements(&self, component: &str) -> usize {
        let output = std::fs::read_to_string(self.output()).expect("the output can be read");
        output.lines().filter(|line| line.starts_with(&format!("{component}: sql: "))).count()
    }

    /// Where the server's output is.
    pub(crate) fn output(&self) -> &Path {
        &self.launch.output
    }

    fn wait_until_it_serves(&mut self) {
        let begin = Instant::now();
        // Nobody owns this path: the manifest itself answers.
        while ureq::get(self.url()).config().http_status_as_error(false).build().call().is_err() {
            self.server.check();
            assert!(begin.elapsed() < PATIENCE, "the server does not serve: {}", tail(self.output()));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn secret(name: &str) -> String {
    SECRETS.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()).expect("a known secret")
}

//! A server as a process that cannot outlive the test process.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Runs the server given as arguments until it ends, or until a line comes or the pipe breaks: then ends it. The pipe
/// breaks whenever the test process ends, even when that is killed.
const GUARD: &str = r#"
exec 3<&0
"$@" 3<&- &
server=$!
(
    read -r ending <&3
    [ "$ending" = kill ] && kill -s KILL 0
    kill -s TERM "$server"
    sleep 10
    kill -s KILL 0
) &
guard=$!
wait "$server"
status=$?
kill "$guard"
exit "$status"
"#;

/// How much of the output is shown.
const TAIL: usize = 4_000;

/// How a server is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is told to stop: SIGTERM.
    Terminate,
    /// It is killed amid whatever it does: SIGKILL.
    Kill,
}

/// How a server is started.
#[derive(Debug)]
pub(crate) struct Launch {
    /// The program and its arguments.
    pub(crate) command: Vec<PathBuf>,
    /// Its environment, besides the test process's own.
    pub(crate) variables: Vec<(String, String)>,
    /// The file that its output is added to.
    pub(crate) output: PathBuf,
}

impl Launch {
    pub(crate) fn start(&self) -> Process {
        let output = File::options().create(true).append(true).open(&self.output).expect("the output can be written");
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).args(&self.command);
        // What is set for somebody's own server is not meant for this one.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SPIN_VARIABLE_")) {
            guard.env_remove(name);
        }
        guard.envs(self.variables.iter().map(|(name, value)| (name, value)));
        guard.stdin(Stdio::piped()).stdout(output.try_clone().expect("a file can be shared")).stderr(output);
        // Of its own, so that a kill takes all of the server's processes and nothing else.
        guard.process_group(0);
        Process { guard: guard.spawn().expect("`sh` runs"), output: self.output.clone() }
    }
}

/// A running server, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    guard: Child,
    output: PathBuf,
}

impl Process {
    /// Fails, with the end of its output, where the server has ended by itself.
    pub(crate) fn check(&mut self) {
        let ended = self.guard.try_wait().expect("a child can be asked");
        if let Some(status) = ended {
            panic!("the server has ended, {status}: {}", tail(&self.output));
        }
    }

    /// Ends the server and waits until it is gone.
    pub(crate) fn end(&mut self, ending: Ending) {
        let line: &[u8] = if ending == Ending::Kill { b"kill\n" } else { b"terminate\n" };
        if let Some(mut pipe) = self.guard.stdin.take() {
            // It breaks where the server has ended already.
            let _ = pipe.write_all(line);
        }
        self.guard.wait().expect("a child can be waited for");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end(Ending::Terminate);
    }
}

/// The end of a server's output.
pub(crate) fn tail(output: &Path) -> String {
    let text = fs::read(output).unwrap_or_default();
    let from = text.len().saturating_sub(TAIL);
    format!("the end of {}:\n{}", output.display(), String::from_utf8_lossy(&text[from..]))
}

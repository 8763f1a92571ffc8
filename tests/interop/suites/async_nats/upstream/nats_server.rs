//! Starts the broker under test for async-nats' own tests, which call this crate by these names.
//!
//! The tests of a program run beside each other, each in a thread that has its name: a line of
//! `$ANTIPHON_TESTS_WITH_SERVER` names each test that has asked for a server.

use std::env;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;

const LISTENING: &str = "Listening for client connections on ";
const READY: &str = "Server is ready";

/// A running broker; dropping it kills it.
pub struct Server {
    config: String,
    port: u16,
    child: Child,
}

impl Server {
    pub fn client_port(&self) -> u16 {
        self.port
    }

    /// By name, because the suite's certificates name the host.
    pub fn client_url(&self) -> String {
        format!("nats://localhost:{}", self.port)
    }

    /// The same port again, of a new process.
    pub fn restart(&mut self) {
        self.kill();
        (self.child, self.port) = start(&self.config, &self.port.to_string());
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Servers that know of each other; the tests that need them are excluded.
pub struct Cluster;

impl Cluster {
    pub fn client_url(&self) -> String {
        unreachable!("no cluster is started")
    }
}

pub fn run_cluster(_config: &str) -> Cluster {
    panic!("routes between servers are not offered here")
}

pub fn run_basic_server() -> Server {
    run_server("")
}

pub fn run_server(config: &str) -> Server {
    run_server_with_port(config, None)
}

/// The port of the command line counts, also where the file names one; without one any is taken.
pub fn run_server_with_port(config: &str, port: Option<&str>) -> Server {
    note_test();
    let (child, port) = start(config, port.unwrap_or("-1"));
    Server {
        config: config.to_owned(),
        port,
        child,
    }
}

pub fn set_lame_duck_mode(server: &Server) {
    let signal = format!("ldm={}", server.child.id());
    let status = Command::new(binary()).args(["--signal", &signal]).status();
    assert!(status.expect("the broker's program starts").success());
}

fn binary() -> String {
    env::var("ANTIPHON_NATS_SERVER").expect("ANTIPHON_NATS_SERVER names the broker's program")
}

fn note_test() {
    let Ok(path) = env::var("ANTIPHON_TESTS_WITH_SERVER") else {
        return;
    };
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .expect("the list opens");
    let line = format!("{}\n", thread::current().name().unwrap_or_default());
    file.write_all(line.as_bytes())
        .expect("the list is written");
}

/// The broker, and where it listens; returns when it says that it is ready.
fn start(config: &str, port: &str) -> (Child, u16) {
    let mut command = Command::new(binary());
    command.args(["--port", port]);
    if !config.is_empty() {
        command.args(["--config", config]);
    }
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .expect("the broker's program starts");
    let mut log = BufReader::new(child.stderr.take().expect("its log is a pipe"));
    let port = port_when_ready(&mut log);
    // The log is read on, or its writer would wait for room.
    thread::spawn(move || log.read_to_end(&mut Vec::new()));
    (child, port)
}

fn port_when_ready(log: &mut BufReader<ChildStderr>) -> u16 {
    let (mut said, mut port) = (String::new(), None);
    for line in log.lines() {
        let line = line.expect("the log is text");
        if let Some((_, address)) = line.split_once(LISTENING) {
            port = address
                .rsplit(':')
                .next()
                .and_then(|digits| digits.trim().parse().ok());
        }
        if line.contains(READY) {
            return port.expect("a port is named before the broker is ready");
        }
        said += &line;
        said.push('\n');
    }
    panic!("the broker did not start:\n{said}")
}

//! A server on this machine that answers as it is told, down to the byte at which the line breaks.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// What a client asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    headers: Vec<(String, String)>,
}

impl Asked {
    /// A header, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// An answer.
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    line: Line,
}

/// How the body travels.
#[derive(Clone, Copy)]
enum Line {
    Sound,
    CutAfter(usize),
    StallingAfter(usize),
    Trickling,
}

impl Reply {
    pub fn new(status: u16, body: &[u8]) -> Self {
        Self { status, headers: vec![], body: body.to_vec(), line: Line::Sound }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The line breaks after so many bytes of the body.
    pub fn cut_after(self, bytes: usize) -> Self {
        Self { line: Line::CutAfter(bytes), ..self }
    }

    /// Nothing comes after so many bytes of the body.
    pub fn stalling_after(self, bytes: usize) -> Self {
        Self { line: Line::StallingAfter(bytes), ..self }
    }

    /// A few bytes come now and then.
    pub fn trickling(self) -> Self {
        Self { line: Line::Trickling, ..self }
    }

    fn send(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        write!(
            stream,
            "HTTP/1.1 {} Status\r\nContent-Length: {}\r\n",
            self.status,
            self.body.len()
        )?;
        for (name, value) in &self.headers {
            write!(stream, "{name}: {value}\r\n")?;
        }
        write!(stream, "Connection: close\r\n\r\n")?;
        match self.line {
            Line::Sound => stream.write_all(&self.body),
            Line::CutAfter(bytes) => stream.write_all(&self.body[..bytes.min(self.body.len())]),
            Line::StallingAfter(bytes) => {
                stream.write_all(&self.body[..bytes.min(self.body.len())])?;
                stream.flush()?;
                thread::sleep(Duration::from_secs(120));
                Ok(())
            }
            Line::Trickling => self.body.chunks(10).try_for_each(|few| {
                thread::sleep(Duration::from_millis(50));
                stream.write_all(few)
            }),
        }
    }
}

/// A server, until it is dropped.
pub struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    stopped: Arc<AtomicBool>,
}

impl Server {
    /// `answer` gets what is asked, and how often anything was asked before.
    pub fn start(answer: impl Fn(&Asked, usize) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, stopped) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (log, stop): (Arc<Mutex<Vec<Asked>>>, _) = (Arc::clone(&asked), Arc::clone(&stopped));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let mut stream = stream.unwrap();
                let Some(asked) = read(&stream) else { continue };
                let reply = answer(&asked, log.lock().unwrap().len());
                log.lock().unwrap().push(asked);
                // The client may go away, or be killed, at any time.
                thread::spawn(move || reply.send(&mut stream));
            }
        });
        Self { address, asked, stopped }
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread, which then leaves the port.
        let _ = TcpStream::connect(self.address);
        while TcpListener::bind(self.address).is_err() {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut lines = BufReader::new(stream).lines();
    let path = lines.next()?.ok()?.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    for line in lines {
        let line = line.ok()?;
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    Some(Asked { path, headers })
}

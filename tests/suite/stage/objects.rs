//! An S3 server (s3s over a folder), which checks signatures.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The server. It ends with the runtime that it was started in.
pub struct Objects {
    folder: PathBuf,
    accepting: JoinHandle<()>,
    /// Its port on the loopback interface.
    pub port: u16,
}

impl Objects {
    /// The id of the one access key.
    pub const KEY: &'static str = "stage";
    /// Its secret.
    pub const SECRET: &'static str = "stage/secret+key";

    /// Starts it on what `folder` holds: a bucket is a folder in it.
    pub async fn start(folder: &Path) -> Self {
        let store = FileSystem::new(folder).expect("a folder for the buckets");
        let mut builder = S3ServiceBuilder::new(store);
        builder.set_auth(SimpleAuth::from_single(Self::KEY, Self::SECRET));
        let service = builder.build();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port of the loopback interface");
        let port = listener.local_addr().expect("a bound port").port();
        Self {
            folder: folder.to_owned(),
            accepting: tokio::spawn(serve(listener, service)),
            port,
        }
    }

    /// Makes a bucket.
    pub fn bucket(&self, name: &str) {
        std::fs::create_dir_all(self.folder.join(name)).expect("a folder");
    }

    /// Puts an object into a bucket, written so long ago.
    pub fn put(&self, bucket: &str, key: &str, content: &[u8], age: std::time::Duration) {
        let path = self.folder.join(bucket).join(key);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file to write");
        let file = std::fs::File::options().write(true).open(&path);
        let written = SystemTime::now() - age;
        file.and_then(|file| file.set_modified(written))
            .expect("a time of writing");
    }

    /// Takes an object away.
    pub fn remove(&self, bucket: &str, key: &str) {
        std::fs::remove_file(self.folder.join(bucket).join(key)).expect("an object");
    }

    /// Ends it.
    pub fn stop(&self) {
        self.accepting.abort();
    }
}

async fn serve(listener: TcpListener, service: S3Service) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = service.clone();
        tokio::spawn(async move {
            let builder = Builder::new(TokioExecutor::new());
            // A client that goes away ends its connection and nothing else.
            let _ = builder
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

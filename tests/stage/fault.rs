//! What can be broken on the stage. A fault is data: what is different, and which items must see
//! it.

use std::any::Any;
use std::net::{Ipv4Addr, TcpListener};

use countersign_tests::stage::app::{App, How, Wrong};
use countersign_tests::stage::authority::Flaw;
use countersign_tests::stage::database::Database;
use countersign_tests::stage::mail::{self, Mail};
use countersign_tests::stage::monitoring::{self, Monitoring};
use countersign_tests::stage::names::{self, Names};
use countersign_tests::stage::redis::Redis;
use countersign_tests::stage::repository::{Edit, Repository, Then};
use countersign_tests::stage::series::Series;
use countersign_tests::stage::shell::Shell;
use countersign_tests::stage::view::{CLOSED, View};
use countersign_tests::stage::{Stage, Stored, Wrongness, nginx};

/// One thing that is broken, and who must see it.
pub struct Fault {
    /// What is broken, in words.
    pub name: String,
    what: Break,
    /// Items that are there to see this, as `b 1.2.3`.
    pub items: Vec<&'static str>,
    /// Addresses, as `host:port`, of which every probe must see it.
    pub hosts: Vec<&'static str>,
    /// Whether at these addresses nobody answers at all, so that `tcp` sees it too.
    pub dead: bool,
}

/// What is different from the healthy stage.
pub enum Break {
    /// The application, or nginx before it.
    Front(Wrongness),
    /// What watches the deployment.
    Monitoring(monitoring::Fault),
    /// The name servers.
    Names(names::Fault),
    /// The mail server.
    Mail(mail::Fault),
    /// The SSH server has another key.
    HostKey,
    /// Nobody listens at these addresses.
    Closed(&'static [&'static str]),
    /// A name leads to another address.
    Led(&'static str, &'static str),
    /// Somebody listens at this address and never says a word.
    Silent(&'static str),
    /// What the S3 server holds.
    Store(&'static [(&'static str, Stored)]),
    /// Another Redis, after this was done to it.
    Redis(fn(&Redis)),
    /// The Redis that is reached is a replica.
    RedisReplica,
    /// The database, after this was done in it.
    Content(&'static str),
    /// Another pair of database servers with these settings, after this was done to it.
    Cluster(&'static [&'static str], fn(&mut Database)),
    /// Files of the repository.
    Files(Vec<(&'static str, Edit)>, Then),
    /// A variable has another value.
    Variable(&'static str, &'static str),
    /// A secret has another value.
    Secret(&'static str),
}

/// What is broken at this moment, and everything that has to live for it.
pub struct Broken {
    /// How the checklists see it.
    pub view: View,
    /// The repository, where that is another one.
    pub repository: Option<Repository>,
    _kept: Vec<Box<dyn Any>>,
}

impl Fault {
    /// Items that must see it, separated by commas.
    pub fn red(mut self, items: &'static str) -> Self {
        self.items.extend(items.split(',').map(str::trim));
        self
    }

    /// An address of which every probe must see it that speaks there.
    pub fn at(mut self, host: &'static str) -> Self {
        self.hosts.push(host);
        self
    }

    /// Even a probe that only connects must see it.
    pub fn dead(mut self) -> Self {
        self.dead = true;
        self
    }

    /// Whether it is in the files and not in what is spoken to.
    pub fn is_in_files(&self) -> bool {
        matches!(self.what, Break::Files(..))
    }

    /// Whether most of its time goes by while something is waited for: a deadline, or servers that
    /// have to come up and fall behind.
    pub fn waits(&self) -> bool {
        matches!(
            self.what,
            Break::Silent(_) | Break::Redis(_) | Break::Cluster(..) | Break::Monitoring(_)
        )
    }

    /// Breaks it; `number` makes names of folders.
    pub fn apply(&self, stage: &Stage, number: usize) -> Broken {
        let mut broken = Broken {
            view: stage.view(),
            repository: None,
            _kept: Vec::new(),
        };
        broken.apply(&self.what, stage, number);
        broken
    }
}

impl Broken {
    fn keep(&mut self, what: impl Any) {
        self._kept.push(Box::new(what));
    }

    fn apply(&mut self, what: &Break, stage: &Stage, number: usize) {
        let folder = stage.folder().join(format!("fault-{number}"));
        std::fs::create_dir_all(&folder).unwrap();
        match what {
            Break::Front(wrong) => {
                let front = stage.another_front(wrong);
                self.view.front(&front);
                if !wrong.series.is_empty() {
                    let healthy = monitoring::Fault::None;
                    let monitoring = Monitoring::start(&folder, &front.app, healthy);
                    self.view
                        .lead("prometheus.hub.test:9090", monitoring.port());
                    self.keep(monitoring);
                }
                self.keep(front);
            }
            Break::Monitoring(fault) => {
                let app = App::start(stage.runtime(), &[], &[]);
                let monitoring = Monitoring::start(&folder, &app, *fault);
                self.view
                    .lead("prometheus.hub.test:9090", monitoring.port());
                self.keep(monitoring);
            }
            Break::Names(fault) => {
                let names = Names::start(&folder, *fault);
                self.view.resolvers(&names.addresses);
                self.keep(names);
            }
            Break::Mail(fault) => {
                let mail = Mail::start(&folder, &stage.authority, Some(*fault));
                self.view.lead(&format!("{}:587", mail::NAME), mail.port);
                self.keep(mail);
            }
            Break::HostKey => {
                let shell = Shell::start(&folder);
                self.view.lead("ssh.hub.test:22", shell.port);
                self.keep(shell);
            }
            Break::Closed(addresses) => {
                for address in *addresses {
                    let closed = CLOSED.to_owned();
                    self.view.routes.insert((*address).to_owned(), closed);
                }
            }
            Break::Led(name, address) => {
                let address = (*address).to_owned();
                self.view.routes.insert((*name).to_owned(), address);
            }
            Break::Silent(address) => {
                let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
                self.view.lead(address, silent.local_addr().unwrap().port());
                self.keep(silent);
            }
            Break::Store(changes) => {
                let objects = stage.another_store(&format!("fault-{number}/objects"), changes);
                self.view.lead("s3.hub.test:9000", objects.port);
                self.keep(objects);
            }
            Break::Redis(then) => {
                let redis = Redis::start(&folder, None);
                then(&redis);
                self.view.lead("redis.hub.test:6379", redis.port);
                self.keep(redis);
            }
            Break::RedisReplica => {
                let replica = stage.redis.replica(&folder);
                self.view.lead("redis.hub.test:6379", replica.port);
                self.keep(replica);
            }
            Break::Content(sql) => {
                let name = format!("hub_{number}");
                stage.database.also(&name, sql);
                let dsn = Database::dsn("db.hub.test", &name);
                self.view.set("DATABASE_DSN", &dsn);
            }
            Break::Cluster(settings, then) => {
                let mut database = Database::start(&stage.authority, settings);
                self.view.lead("db.hub.test:5432", database.primary.port());
                let replica = database.replica.port();
                self.view.lead("replica.hub.test:5432", replica);
                then(&mut database);
                self.keep(database);
            }
            Break::Files(edits, then) => {
                let root = folder.join("repository");
                self.repository = Some(stage.repository.changed(&root, edits, *then));
            }
            Break::Variable(name, value) => self.view.set(name, value),
            Break::Secret(name) => {
                let wrong = "not-the-right-one-0".to_owned();
                self.view.secrets.insert((*name).to_owned(), wrong);
            }
        }
    }
}

/// A fault.
pub fn fault(name: impl Into<String>, what: Break) -> Fault {
    Fault {
        name: name.into(),
        what,
        items: Vec::new(),
        hosts: Vec::new(),
        dead: false,
    }
}

/// The application answers otherwise at a path of a host.
pub fn answers(host: &'static str, path: &'static str, how: How) -> Break {
    let answers = vec![Wrong { host, path, how }];
    Break::Front(Wrongness {
        answers,
        ..Wrongness::default()
    })
}

/// The certificate of a host has a flaw.
pub fn certificate(host: &'static str, flaw: Flaw) -> Break {
    before(nginx::Fault {
        certificate: Some((host, flaw)),
        ..nginx::Fault::default()
    })
}

/// nginx differs.
pub fn before(nginx: nginx::Fault) -> Break {
    Break::Front(Wrongness {
        nginx,
        ..Wrongness::default()
    })
}

/// The application says something else to Prometheus.
pub fn series(series: &[Series]) -> Break {
    Break::Front(Wrongness {
        series: series.to_vec(),
        ..Wrongness::default()
    })
}

/// One file of the release is changed.
pub fn file(path: &'static str, edit: Edit) -> Break {
    Break::Files(vec![(path, edit)], Then::Released)
}

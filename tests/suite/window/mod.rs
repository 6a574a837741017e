//! The real app in a real window, as a person meets it: look, point, type, wait.
//!
//! [`Stage`] is a home and a store of their own, [`Window`] the app open on them.

mod dialog;
pub mod display;
mod driver;
mod keys;
mod stage;
pub mod tools;

use std::future::Future;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

use display::Display;
use driver::Driver;
use keys::chord;
pub use stage::{Stage, Start};

/// How long to wait for something to appear or become true. It is long because
/// it only costs time when the story fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The name that WebDriver gives to an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

const LOCATE: &str = include_str!("locate.js");

/// Keeps what the page complains about from now on, for [`Window::errors`].
const LISTEN: &str = "
    if (window.__complaints) return;
    const complaints = [];
    Object.defineProperty(window, '__complaints', { value: complaints });
    const error = console.error.bind(console);
    console.error = (...parts) => { complaints.push(parts.map(String).join(' ')); error(...parts); };
    window.addEventListener('error', (event) => complaints.push(String(event.message)));
    window.addEventListener('unhandledrejection', (event) => complaints.push('unhandled: ' + String(event.reason)));
    document.addEventListener('securitypolicyviolation', (event) =>
        complaints.push('blocked by the content policy: ' + event.violatedDirective + ' ' + event.blockedURI));
";

/// Waits until the page as it is now has been painted.
const PAINTED: &str = "return await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";

/// How to find something on the page. Only what is visible is found.
#[derive(Debug, Clone, Copy)]
pub enum Find<'a> {
    /// The element with this `data-testid`.
    TestId(&'a str),
    /// An element with this ARIA role whose accessible name is, or contains, the
    /// second text. An exact name wins.
    Role(&'a str, &'a str),
    /// The innermost element whose text contains this.
    Text(&'a str),
    /// A CSS selector, where nothing a person perceives tells elements apart.
    Css(&'a str),
}

impl Find<'_> {
    fn arguments(self) -> Vec<Value> {
        match self {
            Self::TestId(id) => vec![json!("testid"), json!(id)],
            Self::Role(role, name) => vec![json!("role"), json!(role), json!(name)],
            Self::Text(text) => vec![json!("text"), json!(text)],
            Self::Css(selector) => vec![json!("css"), json!(selector)],
        }
    }
}

/// The open app.
pub struct Window<'a> {
    client: Client,
    /// What its pictures and its log are named after.
    name: String,
    stage: PhantomData<&'a Stage>,
    // Dropped in this order: the app must be gone before its display is.
    driver: Driver,
    display: Display,
}

impl<'a> Window<'a> {
    /// Opens the app on a stage. Prefer [`Stage::open`].
    pub async fn open(stage: &'a Stage, start: Start<'_>) -> Self {
        let mut arguments = vec!["--store".to_owned(), stage.store().display().to_string()];
        arguments.extend(start.files.iter().map(|file| file.display().to_string()));
        Self::started("countersign-desktop", &arguments, stage, start).await
    }

    /// Opens the window of another program of this workspace.
    pub async fn of(program: &str, arguments: &[String], stage: &'a Stage) -> Self {
        Self::started(program, arguments, stage, Start::default()).await
    }

    async fn started(
        program: &str,
        arguments: &[String],
        stage: &'a Stage,
        start: Start<'_>,
    ) -> Self {
        let display = Display::start();
        let name = match start.window {
            "" => stage.name().to_owned(),
            window => format!("{}-{window}", stage.name()),
        };
        let log = tools::output_folder().join(format!("{name}.log"));
        let driver = Driver::start(&display, stage, &log);
        let mut command: Vec<String> = start.through.iter().map(ToString::to_string).collect();
        command.push(tools::built(program).display().to_string());
        command.extend_from_slice(arguments);
        let client = driver.open(&command).await;
        let window = Self {
            client,
            name,
            stage: PhantomData,
            driver,
            display,
        };
        window.run(LISTEN, vec![]).await;
        window
    }

    /// Waits for an element and returns the first match.
    pub async fn find(&self, what: Find<'_>) -> Element {
        self.wait_for(&format!("{what:?}"), async || {
            self.all(what).await.into_iter().next()
        })
        .await
    }

    /// Every match that is visible now, without waiting.
    pub async fn all(&self, what: Find<'_>) -> Vec<Element> {
        let found = match self.client.execute(LOCATE, what.arguments()).await {
            Ok(found) => found,
            // What was found is gone before it is named: whoever waits looks again.
            Err(error) if error.is_stale_element_reference() => return Vec::new(),
            Err(error) => panic!("nothing can be looked for in the page: {error:?}"),
        };
        let ids = found.as_array().map(Vec::as_slice).unwrap_or_default();
        ids.iter()
            .filter_map(|element| element.get(ELEMENT)?.as_str())
            .map(|id| {
                Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()))
            })
            .collect()
    }

    /// Whether such an element is visible now.
    pub async fn shows(&self, what: Find<'_>) -> bool {
        !self.all(what).await.is_empty()
    }

    /// Waits until no such element is visible.
    pub async fn gone(&self, what: Find<'_>) {
        self.wait_until(&format!("{what:?} to go"), async || !self.shows(what).await)
            .await;
    }

    /// Waits for an element and clicks its middle.
    pub async fn click(&self, what: Find<'_>) {
        // An element can be replaced or covered between being found and being
        // clicked, while the page settles; pointing again is what a person does.
        self.wait_until(&format!("a click on {what:?}"), async || {
            self.find(what).await.click().await.is_ok()
        })
        .await;
    }

    /// The text of an element, as it is rendered.
    pub async fn text(&self, what: Find<'_>) -> String {
        let element = self.find(what).await;
        self.answered(element.text().await, what)
    }

    /// An attribute of an element.
    pub async fn attribute(&self, what: Find<'_>, name: &str) -> Option<String> {
        let element = self.find(what).await;
        self.answered(element.attr(name).await, what)
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, what: Find<'_>, text: &str) {
        let element = self.find(what).await;
        if text.is_empty() {
            // WebKit's own way of emptying a field tells the page nothing.
            self.answered(element.click().await, what);
            self.press("Control+a").await;
            self.press("Backspace").await;
            return;
        }
        self.answered(element.clear().await, what);
        self.answered(element.send_keys(text).await, what);
    }

    /// Types at the end of a field; for a file field, the path of a file.
    pub async fn type_into(&self, what: Find<'_>, text: &str) {
        let element = self.find(what).await;
        self.answered(element.send_keys(text).await, what);
    }

    /// Presses a chord such as `j`, `Space` or `Control+z` where the focus is.
    pub async fn press(&self, written: &str) {
        if let Err(error) = self.client.perform_actions(chord(written)).await {
            panic!("could not press {written}: {error}");
        }
    }

    /// Runs a script in the page and returns what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.client.execute(script, arguments).await {
            Ok(value) => value,
            Err(error) => panic!("a script did not run in the page: {error:?}"),
        }
    }

    /// Waits until something holds; on failure a screenshot shows what was there.
    pub async fn wait_until<F: Future<Output = bool>>(&self, what: &str, holds: impl Fn() -> F) {
        self.wait_for(what, async || holds().await.then_some(()))
            .await;
    }

    async fn wait_for<T, F: Future<Output = Option<T>>>(
        &self,
        what: &str,
        look: impl Fn() -> F,
    ) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            if began.elapsed() > PATIENCE {
                let picture = self.screenshot("failed").await;
                let text = self
                    .run("return document.body?.innerText ?? ''", vec![])
                    .await;
                panic!(
                    "waited {PATIENCE:?} for {what}\nthe window: {}\nits text:\n{}\ncomplaints of the page: {:#?}",
                    picture.display(),
                    text.as_str().unwrap_or_default(),
                    self.errors().await,
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Saves what the window shows as `<target>/e2e/<story>-<name>.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let path = tools::output_folder().join(format!("{}-{name}.png", self.name));
        // What was found is not always painted yet.
        self.run(PAINTED, vec![]).await;
        match self.client.screenshot().await {
            Ok(png) => std::fs::write(&path, png).expect("the screenshot is written"),
            Err(error) => panic!("no screenshot: {error}"),
        }
        path
    }

    /// What the page complained about since it was opened: console errors,
    /// uncaught exceptions, and what the content policy blocked.
    pub async fn errors(&self) -> Vec<String> {
        let complaints = self
            .run(
                "return window.__complaints ?? ['the page was loaded anew']",
                vec![],
            )
            .await;
        complaints
            .as_array()
            .map(|list| {
                list.iter()
                    .map(|text| text.as_str().unwrap_or_default().to_owned())
                    .collect()
            })
            .unwrap_or_default()
    }

    /// Resizes the window, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        if let Err(error) = self.client.set_window_size(width, height).await {
            panic!("could not resize the window: {error}");
        }
    }

    /// Answers the system's open or save dialog with this title.
    pub async fn answer_dialog(&self, title: &str, path: &Path) {
        let (display, title, path) = (self.display().to_owned(), title.to_owned(), path.to_owned());
        let answered = tokio::task::spawn_blocking(move || dialog::answer(&display, &title, &path));
        if answered.await.is_err() {
            let picture = self.screenshot("dialog-failed").await;
            panic!(
                "the dialog was not answered; the window: {}",
                picture.display()
            );
        }
    }

    /// The display the window is on, for tools such as xdotool.
    pub fn display(&self) -> &str {
        self.display.name()
    }

    /// Closes the app and waits until it is gone; its stage stays as it is.
    pub async fn close(self) {
        let Self {
            client,
            driver,
            display,
            ..
        } = self;
        // A window that is gone already is as good as closed.
        let _ = client.close().await;
        drop(driver);
        drop(display);
    }

    fn answered<T>(&self, answer: Result<T, fantoccini::error::CmdError>, what: Find<'_>) -> T {
        match answer {
            Ok(value) => value,
            Err(error) => panic!("{what:?} did not answer: {error}"),
        }
    }
}

//! Routes as data: where, how, and who may ask. A test asks for every one of them as nobody and as the wrong
//! person, so a page that forgets its guard is found.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;

use crate::app::App;
use crate::guard;

/// Who may ask for a route. What is behind it is narrowed further by what the person may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Anybody: signing in, links that carry their own key.
    Open,
    /// Whoever is signed in, also a client's people.
    Signed,
    /// The organisation's own people.
    Inside,
}

/// One address.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its path, with `{names}` of what varies.
    pub path: &'static str,
    /// The methods that it takes.
    pub methods: &'static [&'static str],
    /// Who may ask.
    pub guard: Guard,
    handler: MethodRouter<App>,
}

impl Route {
    /// A page: GET.
    #[must_use]
    pub fn page(path: &'static str, guard: Guard, handler: MethodRouter<App>) -> Self {
        Self { path, methods: &["GET"], guard, handler }
    }

    /// An act: POST.
    #[must_use]
    pub fn act(path: &'static str, guard: Guard, handler: MethodRouter<App>) -> Self {
        Self { path, methods: &["POST"], guard, handler }
    }

    /// A form and its act on one address: GET and POST.
    #[must_use]
    pub fn form(path: &'static str, guard: Guard, handler: MethodRouter<App>) -> Self {
        Self { path, methods: &["GET", "POST"], guard, handler }
    }
}

pub(crate) fn router(app: &App, routes: Vec<Route>) -> Router {
    let mut router = Router::new();
    for route in routes {
        let layer = from_fn_with_state((app.clone(), route.guard), guard::check);
        router = router.route(route.path, route.handler.layer(layer));
    }
    router.with_state(app.clone())
}

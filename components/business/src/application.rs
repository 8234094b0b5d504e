//! Applications for a business, and businesses as their people see them.

use api::{Answer, Approved, Error, Fields, Id, Json, Parameters, Query, Rule};
use axum::extract::FromRequestParts;
use http::request::Parts;
use store::business::NewBusiness;
use store::{Order, Paging, Role};

/// What an applicant says.
pub(crate) struct Application(NewBusiness);

impl api::FromFields for Application {
    fn from_fields(fields: &mut Fields) -> Self {
        Self(NewBusiness {
            name: fields.text("name", &Rule::TEXT.most(64)),
            introduce: fields.text("introduce", &Rule::FREE),
            objective: fields.text("objective", &Rule::FREE),
            scale: fields.text("scale", &Rule::FREE),
        })
    }
}

/// Who may ask for a business: an administrator without one. Everybody else is told so before the body is looked at.
pub(crate) struct Applicant(Approved);

impl<S: Sync> FromRequestParts<S> for Applicant {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let by = Approved::from_request_parts(parts, state).await?;
        if by.caller.role == Role::Approved && by.caller.is_admin {
            return Ok(Self(by));
        }
        Err(Error::forbidden("only an administrator without a business can ask for one"))
    }
}

/// Create Business (Business Management 1): an administrator without a business asks for one, one at a time.
pub(crate) async fn apply(Applicant(by): Applicant, Json(Application(business)): Json<Application>) -> api::Result {
    // The namespace `default` is the platform's, and goes by this name in audit lists.
    if business.name == "default" {
        return Err(Error::conflict("name: `default` is the platform's own"));
    }
    let pending = || Error::conflict("you have asked for a business already, or have one");
    match store::business::apply(by.scope, business).await {
        Ok(Some(id)) => Ok(Answer::created(id)),
        Ok(None) => Err(pending()),
        Err(error) if error.is_taken("business.name") => {
            Err(Error::conflict("name: a business of this name exists or waits for approval"))
        }
        Err(error) if error.is_taken("business.user_id") => Err(pending()),
        Err(error) => Err(error.into()),
    }
}

/// How the list is filtered, sorted and cut.
pub(crate) struct Listing {
    name: Option<String>,
    order: Order,
    paging: Paging,
}

impl api::FromParameters for Listing {
    fn from_parameters(parameters: &mut Parameters) -> Self {
        parameters.choice("orderBy", &["id"]);
        Self { name: parameters.text("name"), order: parameters.order(Order::Ascending), paging: parameters.paging(10) }
    }
}

/// Get Business List (Business Management 2): one's business and every application by oneself; a system administrator's all.
pub(crate) async fn list(by: Approved, Query(listing): Query<Listing>) -> api::Result {
    let name = listing.name.unwrap_or_default();
    Ok(Answer::page(store::business::page(by.scope, &name, listing.order, listing.paging).await?))
}

/// Get Business (Business Management 3).
pub(crate) async fn show(by: Approved, Id(id): Id) -> api::Result {
    let business = store::business::find(by.scope, id).await?.ok_or_else(|| Error::not_found("business"))?;
    Ok(Answer::data(business))
}

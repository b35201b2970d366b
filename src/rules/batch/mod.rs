//! `batch/*`: rules about the response as a whole.

pub(crate) use http_status::http_status;

super::rules! {
    http_status,
    http_failure,
    partial_failure,
    warnings,
    completed_before_started,
    requested_after_started,
    updated_after_completed,
    status,
    silent_no_op,
    num_errors,
    error_context,
    error_status,
    error_category,
    result_and_error,
    size,
    incomplete_associations,
    mixed_archived,
    mixed_new,
    mixed_portals,
    mixed_objects,
    unexpected_object,
    unlisted_object,
    links,
}

//! Names of properties that HubSpot defines, by type of objects, each list sorted. Lists are incomplete: HubSpot adds
//! properties, and accounts define their own. So a name that is missing here is not a mistake.
//!
//! Sources: lists of `hubspotDefined` properties of contacts, companies, deals and tickets in public code, recorded
//! responses, the columns of Airbyte's connector for activities, HubSpot's guides to communications, notes and tasks.
//! Names that contain the stage of a pipeline (`hs_v2_date_entered_lead`) are left out.

/// Properties of all objects.
#[rustfmt::skip]
pub(super) static COMMON: &[&str] = &[
    "hs_all_accessible_team_ids", "hs_all_assigned_business_unit_ids", "hs_all_owner_ids", "hs_all_team_ids",
    "hs_created_by_user_id", "hs_createdate", "hs_lastmodifieddate", "hs_merged_object_ids", "hs_obj_coords",
    "hs_object_coordinates", "hs_object_id", "hs_object_source", "hs_object_source_detail_1",
    "hs_object_source_detail_2", "hs_object_source_detail_3", "hs_object_source_id", "hs_object_source_label",
    "hs_object_source_user_id", "hs_origin_object_coordinates", "hs_owning_teams", "hs_pinned_engagement_id",
    "hs_pipeline", "hs_pipeline_stage", "hs_read_only", "hs_shared_team_ids", "hs_shared_user_ids",
    "hs_source_object_id", "hs_unique_creation_key", "hs_unique_id", "hs_updated_by_user_id",
    "hs_user_ids_of_all_notification_followers", "hs_user_ids_of_all_notification_unfollowers",
    "hs_user_ids_of_all_owners", "hs_was_imported", "hubspot_owner_assigneddate", "hubspot_owner_id", "hubspot_team_id",
];

/// Properties of notes, meetings, emails, tasks and communications.
#[rustfmt::skip]
pub(super) static ACTIVITIES: &[&str] = &[
    "hs_activity_type", "hs_at_mentioned_owner_ids", "hs_attachment_ids", "hs_body_preview", "hs_body_preview_html",
    "hs_body_preview_is_truncated", "hs_calendar_event_id", "hs_campaign_guid", "hs_campaign_guids",
    "hs_conversation_thread_id", "hs_created_by", "hs_engagement_source", "hs_engagement_source_id",
    "hs_engagements_last_contacted", "hs_follow_up_action", "hs_gdpr_deleted", "hs_modified_by",
    "hs_msteams_message_id", "hs_product_name", "hs_queue_membership_ids", "hs_scheduled_tasks", "hs_timestamp",
];

/// Properties of contacts.
#[rustfmt::skip]
pub(super) static CONTACTS: &[&str] = &[
    "address", "annualrevenue", "associatedcompanyid", "associatedcompanylastupdated", "city", "closedate", "company",
    "company_size", "country", "createdate", "currentlyinworkflow", "date_of_birth", "days_to_close", "degree", "email",
    "engagements_last_meeting_booked", "engagements_last_meeting_booked_campaign",
    "engagements_last_meeting_booked_medium", "engagements_last_meeting_booked_source", "fax", "field_of_study",
    "first_conversion_date", "first_conversion_event_name", "first_deal_created_date", "firstname", "followercount",
    "gender", "graduation_date", "hs_additional_emails", "hs_all_contact_vids", "hs_analytics_average_page_views",
    "hs_analytics_first_referrer", "hs_analytics_first_timestamp", "hs_analytics_first_touch_converting_campaign",
    "hs_analytics_first_url", "hs_analytics_first_visit_timestamp", "hs_analytics_last_referrer",
    "hs_analytics_last_timestamp", "hs_analytics_last_touch_converting_campaign", "hs_analytics_last_url",
    "hs_analytics_last_visit_timestamp", "hs_analytics_num_event_completions", "hs_analytics_num_page_views",
    "hs_analytics_num_visits", "hs_analytics_revenue", "hs_analytics_source", "hs_analytics_source_data_1",
    "hs_analytics_source_data_2", "hs_associated_target_accounts", "hs_avatar_filemanager_key", "hs_buying_role",
    "hs_calculated_form_submissions", "hs_calculated_merged_vids", "hs_calculated_mobile_number",
    "hs_calculated_phone_number", "hs_calculated_phone_number_area_code", "hs_calculated_phone_number_country_code",
    "hs_calculated_phone_number_region_code", "hs_clicked_linkedin_ad",
    "hs_contact_creation_legal_basis_source_instance_id", "hs_contact_enrichment_opt_out",
    "hs_contact_enrichment_opt_out_timestamp", "hs_content_membership_email", "hs_content_membership_email_confirmed",
    "hs_content_membership_follow_up_enqueued_at", "hs_content_membership_notes", "hs_content_membership_registered_at",
    "hs_content_membership_registration_domain_sent_to", "hs_content_membership_registration_email_sent_at",
    "hs_content_membership_status", "hs_conversations_visitor_email", "hs_count_is_unworked", "hs_count_is_worked",
    "hs_country_region_code", "hs_created_by_conversations", "hs_cross_sell_opportunity",
    "hs_currently_enrolled_in_prospecting_agent", "hs_customer_agent_lead_status", "hs_data_privacy_ads_consent",
    "hs_document_last_revisited", "hs_email_bad_address", "hs_email_bounce", "hs_email_click",
    "hs_email_customer_quarantined_reason", "hs_email_delivered", "hs_email_domain", "hs_email_first_click_date",
    "hs_email_first_open_date", "hs_email_first_reply_date", "hs_email_first_send_date", "hs_email_hard_bounce_reason",
    "hs_email_hard_bounce_reason_enum", "hs_email_is_ineligible", "hs_email_last_click_date",
    "hs_email_last_email_name", "hs_email_last_open_date", "hs_email_last_reply_date", "hs_email_last_send_date",
    "hs_email_open", "hs_email_optimal_send_day_of_week", "hs_email_optimal_send_time_of_day", "hs_email_optout",
    "hs_email_optout_survey_reason", "hs_email_quarantined", "hs_email_quarantined_reason",
    "hs_email_recipient_fatigue_recovery_time", "hs_email_replied", "hs_email_sends_since_last_engagement",
    "hs_emailconfirmationstatus", "hs_employment_change_detected_date", "hs_enriched_email_bounce_detected",
    "hs_facebook_ad_clicked", "hs_facebook_click_id", "hs_facebookid", "hs_feedback_last_ces_survey_date",
    "hs_feedback_last_ces_survey_follow_up", "hs_feedback_last_ces_survey_rating", "hs_feedback_last_csat_survey_date",
    "hs_feedback_last_csat_survey_follow_up", "hs_feedback_last_csat_survey_rating", "hs_feedback_last_nps_follow_up",
    "hs_feedback_last_nps_rating", "hs_feedback_last_survey_date", "hs_feedback_show_nps_web_survey",
    "hs_first_closed_order_id", "hs_first_engagement_object_id", "hs_first_order_closed_date", "hs_first_outreach_date",
    "hs_first_subscription_create_date", "hs_full_name_or_email", "hs_google_click_id", "hs_googleplusid",
    "hs_gps_error", "hs_gps_latitude", "hs_gps_longitude", "hs_has_active_subscription", "hs_inferred_language_codes",
    "hs_intent_paid_up_to_date", "hs_intent_signals_enabled", "hs_ip_timezone", "hs_is_contact", "hs_is_enriched",
    "hs_is_unworked", "hs_job_change_detected_date", "hs_journey_stage", "hs_language",
    "hs_last_metered_enrichment_timestamp", "hs_last_sales_activity_date", "hs_last_sales_activity_timestamp",
    "hs_last_sales_activity_type", "hs_last_sms_send_date", "hs_last_sms_send_name", "hs_latest_disqualified_lead_date",
    "hs_latest_meeting_activity", "hs_latest_open_lead_date", "hs_latest_qualified_lead_date",
    "hs_latest_sequence_ended_date", "hs_latest_sequence_enrolled", "hs_latest_sequence_enrolled_date",
    "hs_latest_sequence_finished_date", "hs_latest_sequence_unenrolled_date", "hs_latest_source",
    "hs_latest_source_data_1", "hs_latest_source_data_2", "hs_latest_source_timestamp",
    "hs_latest_subscription_create_date", "hs_latitude", "hs_lead_status", "hs_legal_basis",
    "hs_lifecyclestage_customer_date", "hs_lifecyclestage_evangelist_date", "hs_lifecyclestage_lead_date",
    "hs_lifecyclestage_marketingqualifiedlead_date", "hs_lifecyclestage_opportunity_date",
    "hs_lifecyclestage_other_date", "hs_lifecyclestage_salesqualifiedlead_date", "hs_lifecyclestage_subscriber_date",
    "hs_linkedin_ad_clicked", "hs_linkedin_url", "hs_linkedinid", "hs_live_enrichment_deadline", "hs_longitude",
    "hs_marketable_reason_id", "hs_marketable_reason_type", "hs_marketable_status", "hs_marketable_until_renewal",
    "hs_membership_has_accessed_private_content", "hs_membership_last_private_content_access_date",
    "hs_messaging_engagement_score", "hs_mobile_sdk_push_tokens", "hs_notes_last_activity", "hs_notes_next_activity",
    "hs_notes_next_activity_type", "hs_persona", "hs_predictivecontactscore", "hs_predictivecontactscore_v2",
    "hs_predictivecontactscorebucket", "hs_predictivescoringtier", "hs_prospecting_agent_actively_enrolled_count",
    "hs_prospecting_agent_last_enrolled", "hs_prospecting_agent_total_enrolled_count", "hs_quarantined_emails",
    "hs_recent_closed_order_date", "hs_registered_member", "hs_registration_method",
    "hs_returning_to_office_detected_date", "hs_role", "hs_sa_first_engagement_date", "hs_sa_first_engagement_descr",
    "hs_sa_first_engagement_object_type", "hs_sales_email_last_clicked", "hs_sales_email_last_opened",
    "hs_sales_email_last_replied", "hs_searchable_calculated_international_mobile_number",
    "hs_searchable_calculated_international_phone_number", "hs_searchable_calculated_mobile_number",
    "hs_searchable_calculated_phone_number", "hs_seniority", "hs_sequences_actively_enrolled_count",
    "hs_sequences_enrolled_count", "hs_sequences_is_enrolled", "hs_social_facebook_clicks",
    "hs_social_google_plus_clicks", "hs_social_last_engagement", "hs_social_linkedin_clicks",
    "hs_social_num_broadcast_clicks", "hs_social_twitter_clicks", "hs_source_portal_id", "hs_state_code", "hs_sub_role",
    "hs_testpurge", "hs_testrollback", "hs_time_between_contact_creation_and_deal_close",
    "hs_time_between_contact_creation_and_deal_creation", "hs_time_to_first_engagement",
    "hs_time_to_move_from_lead_to_customer", "hs_time_to_move_from_marketingqualifiedlead_to_customer",
    "hs_time_to_move_from_opportunity_to_customer", "hs_time_to_move_from_salesqualifiedlead_to_customer",
    "hs_time_to_move_from_subscriber_to_customer", "hs_timezone", "hs_twitterid", "hs_whatsapp_phone_number",
    "hubspotscore", "industry", "ip_city", "ip_country", "ip_country_code", "ip_latlon", "ip_state", "ip_state_code",
    "ip_zipcode", "job_function", "jobtitle", "kloutscoregeneral", "lastmodifieddate", "lastname", "lifecyclestage",
    "linkedinbio", "linkedinconnections", "marital_status", "message", "military_status", "mobilephone",
    "notes_last_contacted", "notes_last_updated", "notes_next_activity_date", "num_associated_deals",
    "num_contacted_notes", "num_conversion_events", "num_notes", "num_unique_conversion_events", "numemployees",
    "owneremail", "ownername", "phone", "photo", "recent_conversion_date", "recent_conversion_event_name",
    "recent_deal_amount", "recent_deal_close_date", "relationship_status", "salutation", "school", "seniority",
    "start_date", "state", "surveymonkeyeventlastupdated", "total_revenue", "twitterbio", "twitterhandle",
    "twitterprofilephoto", "webinareventlastupdated", "website", "work_email", "zip",
];

/// Properties of companies.
#[rustfmt::skip]
pub(super) static COMPANIES: &[&str] = &[
    "about_us", "address", "address2", "annualrevenue", "city", "closedate", "country", "createdate", "days_to_close",
    "description", "domain", "engagements_last_meeting_booked", "engagements_last_meeting_booked_campaign",
    "engagements_last_meeting_booked_medium", "engagements_last_meeting_booked_source", "facebook_company_page",
    "facebookfans", "first_contact_createdate", "first_conversion_date", "first_conversion_event_name",
    "first_deal_created_date", "founded_year", "googleplus_page", "hs_additional_domains",
    "hs_analytics_first_timestamp", "hs_analytics_first_touch_converting_campaign",
    "hs_analytics_first_visit_timestamp", "hs_analytics_last_timestamp", "hs_analytics_last_touch_converting_campaign",
    "hs_analytics_last_visit_timestamp", "hs_analytics_latest_source", "hs_analytics_latest_source_data_1",
    "hs_analytics_latest_source_data_2", "hs_analytics_latest_source_timestamp", "hs_analytics_num_page_views",
    "hs_analytics_num_visits", "hs_analytics_source", "hs_analytics_source_data_1", "hs_analytics_source_data_2",
    "hs_annual_revenue_currency_code", "hs_avatar_filemanager_key", "hs_country_code", "hs_csm_sentiment",
    "hs_employee_range", "hs_gps_error", "hs_gps_latitude", "hs_gps_longitude", "hs_ideal_customer_profile",
    "hs_industry_group", "hs_intent_page_views_last_30_days", "hs_intent_paid_up_to_date", "hs_intent_signals_enabled",
    "hs_intent_visitors_last_30_days", "hs_is_enriched", "hs_is_intent_monitored", "hs_is_target_account",
    "hs_keywords", "hs_last_booked_meeting_date", "hs_last_logged_call_date", "hs_last_logged_outgoing_email_date",
    "hs_last_metered_enrichment_timestamp", "hs_last_open_task_date", "hs_last_sales_activity_date",
    "hs_last_sales_activity_timestamp", "hs_last_sales_activity_type", "hs_latest_createdate_of_active_subscriptions",
    "hs_latest_meeting_activity", "hs_latitude", "hs_lead_status", "hs_linkedin_handle", "hs_live_enrichment_deadline",
    "hs_logo_url", "hs_longitude", "hs_most_recent_de_anonymized_visit", "hs_notes_last_activity",
    "hs_notes_next_activity", "hs_notes_next_activity_type", "hs_num_blockers", "hs_num_child_companies",
    "hs_num_contacts_with_buying_roles", "hs_num_decision_makers", "hs_num_open_deals", "hs_parent_company_id",
    "hs_predictivecontactscore_v2", "hs_quick_context", "hs_research_agent_execution_id", "hs_research_agent_id",
    "hs_revenue_range", "hs_sales_email_last_replied", "hs_signals_summary", "hs_state_code", "hs_target_account",
    "hs_target_account_probability", "hs_target_account_recommendation_snooze_time",
    "hs_target_account_recommendation_state", "hs_task_label", "hs_total_deal_value", "hubspotscore", "industry",
    "is_public", "lifecyclestage", "linkedin_company_page", "linkedinbio", "name", "notes_last_contacted",
    "notes_last_updated", "notes_next_activity_date", "num_associated_contacts", "num_associated_deals",
    "num_contacted_notes", "num_conversion_events", "num_notes", "numberofemployees", "owneremail", "ownername",
    "phone", "recent_conversion_date", "recent_conversion_event_name", "recent_deal_amount", "recent_deal_close_date",
    "state", "timezone", "total_money_raised", "total_revenue", "twitterbio", "twitterfollowers", "twitterhandle",
    "type", "web_technologies", "website", "zip",
];

/// Properties of deals.
#[rustfmt::skip]
pub(super) static DEALS: &[&str] = &[
    "amount", "amount_in_home_currency", "closed_lost_reason", "closed_won_reason", "closedate", "createdate",
    "days_to_close", "deal_currency_code", "dealname", "dealstage", "dealtype", "description",
    "engagements_last_meeting_booked", "engagements_last_meeting_booked_campaign",
    "engagements_last_meeting_booked_medium", "engagements_last_meeting_booked_source", "hs_actual_duration", "hs_acv",
    "hs_all_collaborator_owner_ids", "hs_all_deal_split_owner_ids", "hs_analytics_latest_source",
    "hs_analytics_latest_source_company", "hs_analytics_latest_source_contact", "hs_analytics_latest_source_data_1",
    "hs_analytics_latest_source_data_1_company", "hs_analytics_latest_source_data_1_contact",
    "hs_analytics_latest_source_data_2", "hs_analytics_latest_source_data_2_company",
    "hs_analytics_latest_source_data_2_contact", "hs_analytics_latest_source_timestamp",
    "hs_analytics_latest_source_timestamp_company", "hs_analytics_latest_source_timestamp_contact",
    "hs_analytics_source", "hs_analytics_source_data_1", "hs_analytics_source_data_2", "hs_arr",
    "hs_associated_deal_registration_deal_type", "hs_associated_deal_registration_product_interests",
    "hs_attributed_team_ids", "hs_average_call_duration", "hs_average_deal_owner_duration_in_current_stage",
    "hs_campaign", "hs_closed_amount", "hs_closed_amount_in_home_currency", "hs_closed_deal_close_date",
    "hs_closed_deal_create_date", "hs_closed_won_count", "hs_closed_won_date", "hs_days_to_close_raw",
    "hs_deal_amount_calculation_preference", "hs_deal_registration_mrr", "hs_deal_registration_mrr_currency_code",
    "hs_deal_score", "hs_deal_stage_probability", "hs_deal_stage_probability_shadow", "hs_duration", "hs_exchange_rate",
    "hs_forecast_amount", "hs_forecast_probability", "hs_has_empty_conditional_stage_properties",
    "hs_is_active_shared_deal", "hs_is_closed", "hs_is_closed_count", "hs_is_closed_lost", "hs_is_closed_won",
    "hs_is_deal_split", "hs_is_in_first_deal_stage", "hs_is_open_count", "hs_is_stalled",
    "hs_is_stalled_after_timestamp", "hs_latest_approval_status", "hs_latest_approval_status_approval_id",
    "hs_latest_marketing_email_click_date", "hs_latest_marketing_email_open_date",
    "hs_latest_marketing_email_reply_date", "hs_latest_meeting_activity", "hs_latest_sales_email_click_date",
    "hs_latest_sales_email_open_date", "hs_latest_sales_email_reply_date", "hs_likelihood_to_close",
    "hs_manual_campaign_ids", "hs_manual_forecast_category", "hs_mrr", "hs_net_pipeline_impact", "hs_next_meeting_id",
    "hs_next_meeting_name", "hs_next_meeting_start_time", "hs_next_step", "hs_next_step_updated_at",
    "hs_notes_last_activity", "hs_notes_next_activity", "hs_notes_next_activity_type",
    "hs_num_associated_active_deal_registrations", "hs_num_associated_deal_registrations",
    "hs_num_associated_deal_splits", "hs_num_of_associated_line_items", "hs_num_target_accounts",
    "hs_number_of_call_engagements", "hs_number_of_inbound_calls", "hs_number_of_outbound_calls",
    "hs_number_of_overdue_tasks", "hs_number_of_scheduled_meetings", "hs_open_amount_in_home_currency",
    "hs_open_deal_create_date", "hs_predicted_amount", "hs_predicted_amount_in_home_currency",
    "hs_primary_associated_company", "hs_priority", "hs_projected_amount", "hs_projected_amount_in_home_currency",
    "hs_sales_email_last_replied", "hs_synced_deal_owner_name_and_email", "hs_tag_ids", "hs_tcv",
    "notes_last_contacted", "notes_last_updated", "notes_next_activity_date", "num_associated_contacts",
    "num_contacted_notes", "num_notes", "pipeline",
];

/// Properties of tickets.
#[rustfmt::skip]
pub(super) static TICKETS: &[&str] = &[
    "closed_date", "content", "created_by", "createdate", "first_agent_reply_date", "hs_added_to_waitlist_at",
    "hs_all_associated_contact_companies", "hs_all_associated_contact_emails", "hs_all_associated_contact_firstnames",
    "hs_all_associated_contact_lastnames", "hs_all_associated_contact_mobilephones", "hs_all_associated_contact_phones",
    "hs_all_conversation_mentions", "hs_applied_sla_rule_config_at", "hs_applied_sla_rule_config_id",
    "hs_applied_sla_schedule_at", "hs_applied_sla_schedule_id", "hs_assigned_team_ids", "hs_assignment_method",
    "hs_auto_generated_from_thread_id", "hs_conversations_originating_message_id",
    "hs_conversations_originating_thread_id", "hs_copied_at", "hs_copied_by_user", "hs_copied_from_ticket",
    "hs_copied_ticket_source", "hs_custom_inbox", "hs_customer_agent_ticket_status", "hs_draft_user_ids",
    "hs_email_subject", "hs_external_object_ids", "hs_feedback_last_ces_follow_up", "hs_feedback_last_ces_rating",
    "hs_feedback_last_survey_date", "hs_file_upload", "hs_first_agent_message_sent_at",
    "hs_first_agent_message_sent_by", "hs_first_assignee_type", "hs_first_visitor_message_sentiment",
    "hs_first_visitor_message_sentiment_score", "hs_form_id", "hs_form_submission_conversion_id",
    "hs_help_desk_onboarding_ticket", "hs_helpdesk_sort_timestamp", "hs_in_helpdesk", "hs_in_waitlist", "hs_inbox_id",
    "hs_is_closed_in_time_to_close_sla_count", "hs_is_closed_in_time_to_first_response_sla_count",
    "hs_is_latest_message_failed", "hs_is_latest_message_hidden_from_all", "hs_is_one_touch_ticket",
    "hs_is_visible_in_help_desk", "hs_last_closed_date", "hs_last_email_activity", "hs_last_email_date",
    "hs_last_email_details", "hs_last_email_id", "hs_last_email_type", "hs_last_message_from_visitor",
    "hs_last_message_received_at", "hs_last_message_sent_at", "hs_last_visitor_message_sentiment",
    "hs_last_visitor_message_sentiment_score", "hs_lastactivitydate", "hs_lastcontacted",
    "hs_latest_message_attachment_types", "hs_latest_message_is_forwarded_email", "hs_latest_message_is_thread_comment",
    "hs_latest_message_seen_by_agent_ids", "hs_latest_message_visible_to_visitor",
    "hs_latest_message_visible_to_visitor_sent_at", "hs_mentioned_note_user_ids", "hs_mentions_user_ids",
    "hs_most_relevant_sla_status", "hs_most_relevant_sla_type", "hs_msteams_message_id", "hs_nextactivitydate",
    "hs_notes_last_activity", "hs_notes_next_activity", "hs_notes_next_activity_type", "hs_num_associated_companies",
    "hs_num_associated_conversations", "hs_num_times_contacted", "hs_number_of_touches",
    "hs_originating_channel_instance_id", "hs_originating_email_engagement_id", "hs_originating_generic_channel_id",
    "hs_outbound_ticket", "hs_overall_visitor_messages_sentiment", "hs_overall_visitor_messages_sentiment_score",
    "hs_primary_company", "hs_primary_company_id", "hs_primary_company_name", "hs_resolution",
    "hs_retroactive_sla_update_at", "hs_sales_email_last_replied", "hs_seen_by_agent_ids", "hs_sla_operating_hours",
    "hs_sla_pause_status", "hs_snoozed_by_user_id", "hs_source_url", "hs_tag_ids", "hs_thread_ids_to_restore",
    "hs_ticket_category", "hs_ticket_id", "hs_ticket_language_ai_tag", "hs_ticket_priority", "hs_ticket_reopened_at",
    "hs_time_to_close_in_operating_hours", "hs_time_to_close_sla_at", "hs_time_to_close_sla_status",
    "hs_time_to_first_assign", "hs_time_to_first_response_in_operating_hours", "hs_time_to_first_response_sla_at",
    "hs_time_to_first_response_sla_status", "hs_time_to_next_response_sla_at", "hs_time_to_next_response_sla_status",
    "hs_waitlist_routing_targets", "hs_waitlist_sort_value", "last_engagement_date", "last_reply_date",
    "notes_last_contacted", "notes_last_updated", "notes_next_activity_date", "nps_follow_up_answer",
    "nps_follow_up_question_version", "nps_score", "num_contacted_notes", "num_notes", "source_ref", "source_thread_id",
    "source_type", "subject", "tags", "time_to_close", "time_to_first_agent_reply",
];

/// Properties of notes.
#[rustfmt::skip]
pub(super) static NOTES: &[&str] = &[
    "hs_note_body",
];

/// Properties of meetings.
#[rustfmt::skip]
pub(super) static MEETINGS: &[&str] = &[
    "hs_attendee_owner_ids", "hs_i_cal_uid", "hs_internal_meeting_notes", "hs_meeting_body",
    "hs_meeting_calendar_event_hash", "hs_meeting_change_id", "hs_meeting_created_from_link_id", "hs_meeting_end_time",
    "hs_meeting_external_url", "hs_meeting_location", "hs_meeting_location_type", "hs_meeting_outcome",
    "hs_meeting_pre_meeting_prospect_reminders", "hs_meeting_source", "hs_meeting_source_id", "hs_meeting_start_time",
    "hs_meeting_title", "hs_meeting_web_conference_meeting_id",
];

/// Properties of emails.
#[rustfmt::skip]
pub(super) static EMAILS: &[&str] = &[
    "hs_direction_and_unique_id", "hs_email_attached_video_id", "hs_email_attached_video_name",
    "hs_email_attached_video_opened", "hs_email_attached_video_watched", "hs_email_bcc_email", "hs_email_bcc_firstname",
    "hs_email_bcc_lastname", "hs_email_bcc_raw", "hs_email_cc_email", "hs_email_cc_firstname", "hs_email_cc_lastname",
    "hs_email_cc_raw", "hs_email_direction", "hs_email_encoded_email_associations_request", "hs_email_error_message",
    "hs_email_facsimile_send_id", "hs_email_from_email", "hs_email_from_firstname", "hs_email_from_lastname",
    "hs_email_from_raw", "hs_email_headers", "hs_email_html", "hs_email_logged_from",
    "hs_email_media_processing_status", "hs_email_member_of_forwarded_subthread", "hs_email_message_id",
    "hs_email_migrated_via_portal_data_migration", "hs_email_pending_inline_image_ids", "hs_email_post_send_status",
    "hs_email_recipient_drop_reasons", "hs_email_send_event_id", "hs_email_send_event_id_created",
    "hs_email_sender_email", "hs_email_sender_firstname", "hs_email_sender_lastname", "hs_email_sender_raw",
    "hs_email_sent_via", "hs_email_status", "hs_email_subject", "hs_email_text", "hs_email_thread_id",
    "hs_email_to_email", "hs_email_to_firstname", "hs_email_to_lastname", "hs_email_to_raw", "hs_email_tracker_key",
    "hs_email_validation_skipped",
];

/// Properties of tasks.
#[rustfmt::skip]
pub(super) static TASKS: &[&str] = &[
    "hs_num_associated_companies", "hs_num_associated_contacts", "hs_num_associated_deals",
    "hs_num_associated_queue_objects", "hs_num_associated_tickets", "hs_task_body", "hs_task_completion_date",
    "hs_task_contact_timezone", "hs_task_for_object_type", "hs_task_is_all_day", "hs_task_last_contact_outreach",
    "hs_task_last_sales_activity_timestamp", "hs_task_ms_teams_payload", "hs_task_priority",
    "hs_task_probability_to_complete", "hs_task_relative_reminders", "hs_task_reminders", "hs_task_repeat_interval",
    "hs_task_send_default_reminder", "hs_task_sequence_enrollment_active", "hs_task_sequence_step_enrollment_id",
    "hs_task_sequence_step_order", "hs_task_status", "hs_task_subject", "hs_task_template_id", "hs_task_type",
];

/// Properties of communications.
#[rustfmt::skip]
pub(super) static COMMUNICATIONS: &[&str] = &[
    "hs_communication_body", "hs_communication_channel_type", "hs_communication_logged_from",
];

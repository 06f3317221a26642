<?php
/**
 * Must-use plugin: mail is taken as sent.
 */
add_filter( 'pre_wp_mail', '__return_true' );

<?php
/**
 * Makes the tables and the first user. Arguments: site title, language.
 */
define( 'WP_INSTALLING', true );
require ABSPATH . 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install( $argv[1], 'admin', 'admin@example.org', true, '', 'throwaway', $argv[2] );

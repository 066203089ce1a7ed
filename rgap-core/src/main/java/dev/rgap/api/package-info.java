/** How much a public type may change from one version to the next. */
package dev.rgap.api;

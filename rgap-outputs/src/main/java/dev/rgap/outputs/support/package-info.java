/** What several outputs share: writing files, running programs, choosing addresses, waiting. */
package dev.rgap.outputs.support;

/** What several outputs share. Not exported. */
package dev.rgap.outputs.support;

package dev.rgap.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What others may build on: from version 0.1.0 on it changes only as <a
 * href="https://semver.org">semantic versioning</a> allows, and the build fails when it does not.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface StableApi {}
